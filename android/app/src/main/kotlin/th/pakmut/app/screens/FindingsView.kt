package th.pakmut.app.screens

import android.view.View
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.FindingsScreen

/** What was found, with a reason asked where a warning is overridden. */
class FindingsView(stage: Stage, private val screen: FindingsScreen) : Screen(stage) {
    private var chosen: String? = null

    override fun view(): View {
        val words = look.field(label("field-reason"), lines = 3)
        val note = look.field(label("field-note"), lines = 3)
        val found = screen.findings.map {
            look.row(look.text(it.severityText, bold = true), look.text(it.text))
        }
        return look.page(
            listOf(
                look.title(screen.counterName),
                look.text(screen.headline, 28f, bold = true),
            ) + look.quiet(screen.position.joinToString("\n")) +
                look.text(label("screen-findings-title"), 18f, bold = true) +
                found.ifEmpty { listOf(look.text(label("screen-findings-none"))) } +
                listOf(
                    screen.reasonAsked?.let { look.text(it, 18f, bold = true) },
                    screen.reasonAsked?.let {
                        look.choices(screen.reasons, chosen) { code -> chosen = code }
                    },
                    screen.reasonAsked?.let { look.labelled(words) },
                    look.labelled(note).takeIf { screen.canSave },
                ),
            listOf(
                look.primary(screen.button) {
                    if (screen.canSave) {
                        val reason = words.text.toString().ifBlank { chosen }
                        save(reason, note.text.toString())
                    } else {
                        stage.back()
                    }
                },
                look.secondary(label("button-back")) { stage.back() },
            ),
        )
    }

    private fun save(reason: String?, note: String) =
        core.ask({ savePin(reason, note) }, stage::problem) {
            stage.saved()
            stage.home()
        }
}
