package th.pakmut.app.screens

import android.view.View
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.HomeScreen
import th.pakmut.core.SurveyScreen
import th.pakmut.core.TabKind

/** The survey forms, and those half filled in. */
class SurveyView(stage: Stage, private val home: HomeScreen) : Screen(stage) {
    override fun view(): View = fetched({ Triple(survey(), counters(), home().queueLine) }) { (screen, counters, line) ->
        page(screen, counters.rows.firstOrNull { it.canPin }?.counter, line)
    }

    private fun page(screen: SurveyScreen, counter: String?, line: String): View = look.page(
        listOf(look.tabs(stage, home, TabKind.SURVEY), screen.empty?.let(look::text)) +
            screen.rows.map { row ->
                look.row(look.text(row.title, 18f, bold = true), look.quiet(row.line)) {
                    core.ask({ beginSurvey(row.form, counter) }, stage::problem) {
                        stage.push(SurveyPageView(stage, it))
                    }
                }
            } +
            screen.drafts.map { draft ->
                look.row(look.text(draft.form, bold = true), look.quiet(draft.line)) {
                    core.ask({ surveyPage(draft.draft) }, stage::problem) {
                        stage.push(SurveyPageView(stage, it))
                    }
                }
            } + look.quiet(line),
    )
}
