package th.pakmut.app.host

import java.io.File
import java.util.concurrent.CopyOnWriteArrayList
import th.pakmut.core.FindingsScreen
import th.pakmut.core.Lang
import th.pakmut.core.Pakmut
import th.pakmut.core.Progress
import th.pakmut.core.ReceiverFix
import th.pakmut.core.SecretStore
import th.pakmut.core.Setup
import th.pakmut.core.SyncScreen

/** Secrets in a folder of the test's: they outlive the process, as a Keystore's do. */
class FileSecrets(private val folder: File) : SecretStore {
    val threads: MutableSet<String> = java.util.concurrent.ConcurrentHashMap.newKeySet()

    private fun file(key: String): File {
        threads += Thread.currentThread().name
        folder.mkdirs()
        return File(folder, key)
    }

    override fun load(key: String): ByteArray? = file(key).takeIf { it.isFile }?.readBytes()
    override fun keep(key: String, value: ByteArray) = file(key).writeBytes(value)
    override fun forget(key: String) {
        file(key).delete()
    }
}

/** Remembers how far each sync was. */
class Steps : Progress {
    val seen = CopyOnWriteArrayList<SyncScreen>()
    override fun advanced(screen: SyncScreen) {
        seen += screen
    }
}

fun openPhone(folder: File, url: String, lang: Lang = Lang.EN): Pakmut =
    Pakmut(
        Setup(folder = File(folder, "files").path, registry = url, lang = lang),
        FileSecrets(File(folder, "secrets")),
    )

fun Pakmut.syncNow(): SyncScreen = sync(60u, true, Steps())

/** Pins a counter with recorded fixes, up to what was found. */
fun Pakmut.measure(counter: String, fixes: (Long) -> List<ReceiverFix>): FindingsScreen {
    beginPin(counter)
    var last = nowMs()
    for (fix in fixes(last)) {
        last = fix.atMs
        pushFix(fix, last)
    }
    return takePosition(last)
}
