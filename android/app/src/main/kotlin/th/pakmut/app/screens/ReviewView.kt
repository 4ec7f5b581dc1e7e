package th.pakmut.app.screens

import android.view.View
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.Choice
import th.pakmut.core.Decision
import th.pakmut.core.HomeScreen
import th.pakmut.core.ReviewRow
import th.pakmut.core.ReviewScreen
import th.pakmut.core.TabKind

/** The pins that wait for the officer's decision. */
class ReviewView(stage: Stage, private val home: HomeScreen) : Screen(stage) {
    override fun view(): View = fetched({ review() to home().queueLine }) { (screen, line) ->
        page(screen, line)
    }

    private fun page(screen: ReviewScreen, line: String): View = look.page(
        listOf(
            look.tabs(stage, home, TabKind.REVIEW),
            look.title(screen.line),
            screen.empty?.let(look::text),
        ) + screen.rows.map { row ->
            look.row(
                look.text(row.name, 18f, bold = true),
                look.quiet(row.lao),
                look.text(row.headline),
                row.decided?.let { look.text(it, colour = look.accent) },
                row.conflict?.let(look::text),
            ) { stage.push(DecideView(stage, row, screen.reasons)) }
        } + look.quiet(line),
    )
}

/** One pin, and the decision on it. */
class DecideView(
    stage: Stage,
    private val row: ReviewRow,
    private val reasons: List<Choice>,
) : Screen(stage) {
    private var chosen: String? = null

    override fun view(): View {
        val note = look.field(label("field-note"), lines = 3)
        return look.page(
            listOf(look.title(row.name), look.quiet(row.lao), look.text(row.headline, 20f, bold = true)) +
                look.text(row.position.joinToString("\n")) +
                look.quiet(row.saved) +
                ReviewPhotoBox(stage, row.pin).view() +
                look.secondary(label("button-map")) { stage.openMap(row.place.lat, row.place.lon) } +
                row.findings.map { look.row(look.text(it)) } +
                listOf(
                    row.reason?.let(look::text),
                    look.text(label("field-reason"), bold = true),
                    look.choices(reasons, chosen) { chosen = it },
                    look.labelled(note),
                ),
            listOf(
                look.primary(label("button-approve")) {
                    decide(Decision.APPROVED, null, note.text.toString())
                },
                look.secondary(label("button-send-back")) {
                    decide(Decision.SENT_BACK, chosen, note.text.toString())
                },
                look.secondary(label("button-back")) { stage.back() },
            ),
        )
    }

    private fun decide(decision: Decision, reason: String?, note: String) =
        core.ask({ decide(row.pin, decision, reason, note) }, stage::problem) {
            stage.saved()
            stage.back()
        }
}
