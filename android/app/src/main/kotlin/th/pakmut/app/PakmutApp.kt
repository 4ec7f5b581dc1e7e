package th.pakmut.app

import android.app.Application
import android.content.Context
import android.os.Handler
import android.os.Looper
import android.provider.Settings.Global
import java.io.File
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import th.pakmut.core.Pakmut
import th.pakmut.core.SecretStore
import th.pakmut.core.Setup

/** The app: one core, shared by the screens and the job in the background. */
open class PakmutApp : Application() {
    val settings by lazy { Settings(this) }
    private var open: Core? = null

    /** The core at the registry that is set; an address that is none is an error of it. */
    @Synchronized
    fun core(): Core = open ?: make().also { open = it }

    /** Ends the core: the next call opens one at the address that is set by then. */
    @Synchronized
    fun reopen() {
        open?.end()
        open = null
    }

    private fun make(): Core {
        val setup = Setup(
            folder = File(noBackupFilesDir, "core").path,
            registry = settings.registry,
            boot = Global.getInt(contentResolver, Global.BOOT_COUNT, 0).toString(),
            lang = settings.lang,
            thaiDigits = settings.thaiDigits,
        )
        return Core(Pakmut(setup, secrets(this)), settings, calls, syncs, main)
    }

    companion object {
        // Hosts without Android's Keystore and threads put their own here.
        var secrets: (Context) -> SecretStore = { KeystoreSecrets(it) }
        var calls: Executor = Executors.newSingleThreadExecutor()
        var syncs: Executor = Executors.newSingleThreadExecutor()
        var main: Executor = Handler(Looper.getMainLooper()).let { handler ->
            Executor { handler.post(it) }
        }
    }
}
