package th.pakmut.app.screens

import android.view.View
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.HomeScreen
import th.pakmut.core.SurveyScreen
import th.pakmut.core.TabKind

/** The survey forms. */
class SurveyView(stage: Stage, private val home: HomeScreen) : Screen(stage) {
    override fun view(): View = fetched({ survey() }, ::page)

    private fun page(screen: SurveyScreen): View = look.page(
        listOf(look.tabs(stage, home, TabKind.SURVEY), screen.empty?.let(look::text)) +
            screen.rows.map { look.row(look.text(it.title, 18f, bold = true), look.quiet(it.line)) } +
            look.quiet(home.queueLine),
    )
}
