package th.pakmut.app.screens

import android.os.Handler
import android.os.Looper
import android.view.View
import android.widget.Button
import android.widget.LinearLayout
import android.widget.TextView
import th.pakmut.app.Access
import th.pakmut.app.Problem
import th.pakmut.app.RadiusView
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.CaptureScreen
import th.pakmut.core.Pakmut
import th.pakmut.core.TabKind

/** The capture as it runs, of a pin or for a check. It never takes one by itself. */
class CaptureView(
    stage: Stage,
    private val after: TabKind? = null,
    private val begin: Pakmut.() -> CaptureScreen,
) : Screen(stage) {
    constructor(stage: Stage, counter: String) : this(stage, begin = { beginPin(counter) })

    private val clock = Handler(Looper.getMainLooper())
    private lateinit var circle: RadiusView
    private lateinit var name: TextView
    private lateinit var radius: TextView
    private lateinit var state: TextView
    private lateinit var advice: TextView
    private lateinit var target: TextView
    private lateinit var access: LinearLayout
    private lateinit var take: Button
    private lateinit var byHand: Button
    private var begun = false
    private var running = false
    private val tick = object : Runnable {
        override fun run() {
            core.ask({ tick(nowMs()) }, {}, ::show)
            clock.postDelayed(this, 1_000)
        }
    }

    override fun view(): View {
        name = look.title("")
        radius = look.text("", 28f, bold = true)
        state = look.text("", 18f)
        advice = look.text("", 20f, bold = true)
        target = look.quiet("")
        access = look.column()
        circle = RadiusView(name.context, look)
        take = look.primary("…", ::takeIt).apply { isEnabled = false }
        byHand = look.secondary(label("button-by-hand")) { stage.push(HandView(stage)) }
        return look.page(
            listOf(name, access, circle, radius, advice, state, target),
            listOf(
                take,
                byHand,
                look.secondary(label("button-cancel")) {
                    core.ask({ leavePin() }, {}) {}
                    stage.back()
                },
            ),
        )
    }

    override fun resumed() {
        showAccess()
        if (!running) {
            running = true
            stage.receiver.start { fix -> core.ask({ pushFix(fix, nowMs()) }, {}, ::show) }
            clock.post(tick)
        }
        if (!begun) {
            begun = true
            core.ask(begin, ::notBegun, ::show)
        }
    }

    override fun paused() {
        running = false
        stage.receiver.stop()
        clock.removeCallbacks(tick)
    }

    /** Nothing is measured here: the list below says what is to be done. */
    private fun notBegun(problem: Problem) {
        begun = false
        // Unless the person left meanwhile.
        if (running) stage.back()
        stage.problem(problem)
    }

    /** Why the position is not to be had, and the one thing to do about it. */
    private fun showAccess() {
        access.removeAllViews()
        val (said, button, act) = when (stage.receiver.access()) {
            Access.PRECISE -> return
            Access.NONE -> Triple("screen-location-why", "button-next", stage::askForLocation)
            Access.APPROXIMATE ->
                Triple("screen-location-approximate", "button-settings", stage::openSettings)
            Access.OFF -> Triple("screen-location-off", "button-settings", stage::openLocationSettings)
        }
        access.addView(look.text(label(said)))
        access.addView(look.secondary(label(button)) { act() })
        if (said == "screen-location-why") {
            // Denied for good, Android asks no more: the settings are the way.
            access.addView(look.quiet(label("screen-location-denied")))
            access.addView(look.secondary(label("button-settings")) { stage.openSettings() })
        }
    }

    private fun show(screen: CaptureScreen) {
        name.text = screen.counterName
        radius.text = screen.radiusText ?: "…"
        state.text = listOfNotNull(screen.stateText, screen.refused).joinToString(" · ")
        advice.text = screen.advice
        target.text = "${screen.targetText} · ${screen.elapsedText}"
        circle.screen = screen
        byHand.visibility = if (screen.canPlace) View.VISIBLE else View.GONE
        take.isEnabled = screen.canSave
        take.alpha = if (screen.canSave) 1f else 0.5f
        take.text = screen.saveText
        screen.spoken?.let { radius.announceForAccessibility(it) }
    }

    private fun takeIt() = core.ask({ takePosition(nowMs()) }, stage::problem) { found ->
        stage.push(FindingsView(stage, found, after))
    }
}
