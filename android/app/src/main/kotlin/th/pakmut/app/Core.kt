package th.pakmut.app

import java.util.concurrent.Executor
import th.pakmut.core.ErrorKind
import th.pakmut.core.Lang
import th.pakmut.core.Pakmut
import th.pakmut.core.PakmutException
import th.pakmut.core.Progress
import th.pakmut.core.SyncScreen
import th.pakmut.core.errorWords

/** What a failed call tells the person. */
data class Problem(val kind: ErrorKind, val code: String, val text: String) {
    companion object {
        fun of(error: Throwable, lang: Lang): Problem = when (error) {
            is PakmutException.Failed ->
                Problem(error.kind, error.code, if (lang == Lang.TH) error.thai else error.english)
            else -> Problem(ErrorKind.ARGUMENT, "internal", errorWords(lang, "internal"))
        }
    }
}

/**
 * The core with its threads: every call blocks, so none is made where the screen
 * is drawn; syncs have a thread of their own, so that saving goes on meanwhile.
 */
class Core(
    private val pakmut: Pakmut,
    private val settings: Settings,
    private val calls: Executor,
    private val syncs: Executor,
    private val main: Executor,
) {
    /** The words of a label; no file is touched, so any thread may ask. */
    fun label(id: String): String = pakmut.label(id)

    /** The clock that fixes are stamped by, milliseconds. */
    fun nowMs(): Long = pakmut.nowMs()

    fun signedIn(): Boolean = pakmut.signedIn()

    fun restyle() = pakmut.setStyle(settings.lang, settings.thaiDigits)

    /** Makes one call off the main thread and answers on it. */
    fun <T> ask(call: Pakmut.() -> T, failed: (Problem) -> Unit, then: (T) -> Unit) =
        run(calls, { pakmut.call() }, failed, then)

    /** Syncs and tells on the main thread how far it is. */
    fun sync(
        urgent: Boolean,
        step: (SyncScreen) -> Unit,
        failed: (Problem) -> Unit,
        then: (SyncScreen) -> Unit,
    ) {
        val progress = object : Progress {
            override fun advanced(screen: SyncScreen) = main.execute { step(screen) }
        }
        run(syncs, { pakmut.sync(SYNC_S, urgent, progress) }, failed, then)
    }

    /** Fetches something over the network, on the thread of the syncs: saving goes on meanwhile. */
    fun <T> fetch(call: Pakmut.() -> T, failed: (Problem) -> Unit, then: (T) -> Unit) =
        run(syncs, { pakmut.call() }, failed, then)

    fun cancel() = calls.execute {
        try {
            pakmut.cancel()
        } catch (_: PakmutException) {
            // Ended meanwhile: nothing runs any more.
        }
    }

    fun end() = pakmut.end()

    private fun <T> run(
        on: Executor,
        call: () -> T,
        failed: (Problem) -> Unit,
        then: (T) -> Unit,
    ) = on.execute {
        val answer = runCatching(call)
        main.execute {
            answer.fold(then) { failed(Problem.of(it, settings.lang)) }
        }
    }

    companion object {
        /** The longest sync, seconds: a background job may take ten minutes. */
        const val SYNC_S = 540u
    }
}
