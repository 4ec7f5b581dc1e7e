package th.pakmut.app.screens

import android.view.View
import android.widget.EditText
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.FindingsScreen
import th.pakmut.core.Pakmut
import th.pakmut.core.PhotoScreen
import th.pakmut.core.TabKind

/** What was found, with a reason asked where a warning is overridden. */
class FindingsView(
    stage: Stage,
    private var screen: FindingsScreen,
    private val after: TabKind? = null,
) : Screen(stage) {
    private var chosen: String? = null
    private var typed = "" to ""
    private lateinit var words: EditText
    private lateinit var note: EditText
    private val photo = PhotoBox(
        stage,
        took = { shot -> change { takePinPhoto(shot.head, shot.scaled) } },
        removed = { change { leavePinPhoto() } },
    )

    override fun view(): View = fetched({ pinPhoto() }, ::page)

    private fun page(shown: PhotoScreen): View {
        words = look.field(label("field-reason"), typed.first, lines = 3)
        note = look.field(label("field-note"), typed.second, lines = 3)
        val found = screen.findings.map {
            look.row(look.text(it.severityText, bold = true), look.text(it.text))
        }
        return look.page(
            listOf(
                look.title(screen.counterName),
                look.text(screen.headline, 28f, bold = true),
            ) + look.quiet(screen.position.joinToString("\n")) +
                listOf(photo.view(shown).takeIf { screen.canSave && screen.takesPhoto }) +
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

    /** The photo's own position may be a finding: all is shown anew, what was typed stays. */
    private fun change(call: Pakmut.() -> PhotoScreen) {
        typed = words.text.toString() to note.text.toString()
        core.ask({ call().let { findings() } }, stage::problem) { found ->
            found?.let { screen = it }
            stage.refresh()
        }
    }

    private fun save(reason: String?, note: String) =
        core.ask({ savePin(reason, note) }, stage::problem) {
            stage.saved()
            stage.home(after)
        }
}
