package th.pakmut.app.screens

import android.text.Editable
import android.text.TextWatcher
import android.view.View
import android.widget.LinearLayout
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.HandScreen

/** A position placed by hand: what is missing is asked, never guessed. */
class HandView(stage: Stage) : Screen(stage) {
    private var zone: String? = null
    private var datum: String? = null
    private var typed = ""
    private lateinit var read: LinearLayout

    override fun view(): View {
        val field = look.field(label("field-position"), typed)
        read = look.column()
        field.addTextChangedListener(object : TextWatcher {
            override fun beforeTextChanged(s: CharSequence?, start: Int, count: Int, after: Int) = Unit
            override fun onTextChanged(s: CharSequence?, start: Int, before: Int, count: Int) = Unit
            override fun afterTextChanged(text: Editable?) {
                typed = text.toString()
                ask()
            }
        })
        ask()
        return look.page(
            listOf(look.title(label("button-by-hand")), look.labelled(field), read),
            listOf(
                look.primary(label("button-next"), ::place),
                look.secondary(label("button-back")) { stage.back() },
            ),
        )
    }

    private fun ask() {
        val (text, inZone, onDatum) = Triple(typed, zone, datum)
        core.ask({ readPosition(text, inZone, onDatum) }, stage::problem, ::show)
    }

    private fun show(screen: HandScreen) {
        read.removeAllViews()
        val add = { view: View -> read.addView(view) }
        add(look.quiet(screen.example))
        // A choice stays on the screen once made, so that it can be changed.
        if (screen.askZone != null || zone != null) {
            screen.askZone?.let { add(look.text(it)) }
            add(look.choices(screen.zones, zone) { zone = it; ask() })
        }
        if (screen.askDatum != null || datum != null) {
            screen.askDatum?.let { add(look.text(it)) }
            add(look.choices(screen.datums, datum) { datum = it; ask() })
        }
        screen.lines.forEach { add(look.text(it, 18f)) }
        screen.resolution?.let { add(look.quiet(it)) }
        screen.problem?.let { add(look.problem(it)) }
    }

    private fun place() {
        val (text, inZone, onDatum) = Triple(typed, zone, datum)
        core.ask(
            {
                readPosition(text, inZone, onDatum).position?.let { placeByHand(it.lat, it.lon) }
            },
            stage::problem,
        ) { found ->
            if (found != null) stage.push(FindingsView(stage, found)) else ask()
        }
    }
}
