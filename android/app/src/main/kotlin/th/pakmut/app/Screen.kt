package th.pakmut.app

import android.view.View
import th.pakmut.core.TabKind

/** What a screen may ask of the activity that shows it. */
interface Stage {
    val core: Core
    val look: Look
    val settings: Settings
    val receiver: Receiver

    /** Shows another screen above this one. */
    fun push(screen: Screen)

    /** Shows another screen in the place of this one. */
    fun replace(screen: Screen)

    /** Goes back to the one below. */
    fun back()

    /** Begins anew at a main screen. */
    fun home(tab: TabKind? = null)

    /** Shows the same screen again: its data or the language changed. */
    fun refresh()

    /** Tells what went wrong; a lost session leads to the sign-in. */
    fun problem(problem: Problem)

    /** Asks for the precise position; the answer comes by [Screen.resumed]. */
    fun askForLocation()

    /** Opens the app's page in the phone's settings. */
    fun openSettings()

    /** Opens the phone's location switch. */
    fun openLocationSettings()

    /** Something was saved: it goes out by itself when there is a network. */
    fun saved()

    /** Lets the phone's camera take a photo; nothing comes where the person left it. */
    fun takePhoto(then: (Shot) -> Unit)

    /** Shows a place in whichever map the phone has. */
    fun openMap(lat: Double, lon: Double)

    /** Opens the core at another address. */
    fun moveTo(registry: String)
}

/** One screen: it fetches its record, shows it, and decides nothing. */
abstract class Screen(protected val stage: Stage) {
    protected val core get() = stage.core
    protected val look get() = stage.look

    /** What is seen now. */
    abstract fun view(): View

    /** Called each time it comes to be seen. */
    open fun resumed() = Unit

    /** Called each time it goes out of sight. */
    open fun paused() = Unit

    protected fun label(id: String): String = core.label(id)

    /** A view that is filled once the record has come. */
    protected fun <T> fetched(fetch: th.pakmut.core.Pakmut.() -> T, show: (T) -> View): View {
        val frame = look.frame()
        core.ask(fetch, stage::problem) { record ->
            frame.removeAllViews()
            frame.addView(show(record))
        }
        return frame
    }
}
