package th.pakmut.app

import java.io.File
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertTrue
import org.junit.Assert.fail
import org.junit.BeforeClass
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import th.pakmut.app.host.Build
import th.pakmut.app.host.FileSecrets
import th.pakmut.app.host.Network
import th.pakmut.app.host.Registry
import th.pakmut.app.host.Steps
import th.pakmut.app.host.openPhone
import th.pakmut.app.host.syncNow
import th.pakmut.core.ErrorKind
import th.pakmut.core.Lang
import th.pakmut.core.Pakmut
import th.pakmut.core.PakmutException
import th.pakmut.core.Progress
import th.pakmut.core.SecretFailed
import th.pakmut.core.SecretStore
import th.pakmut.core.Setup
import th.pakmut.core.Standing
import th.pakmut.core.SyncScreen
import th.pakmut.core.errorCodes
import th.pakmut.core.errorWords
import th.pakmut.core.label

/** What the bindings must stand: threads, cancelling, closing, failing callbacks. */
class BindingsTest {
    @get:Rule
    val folder = TemporaryFolder()

    private fun failure(act: () -> Unit): PakmutException.Failed {
        try {
            act()
        } catch (failed: PakmutException.Failed) {
            return failed
        }
        throw AssertionError("nothing failed")
    }

    private fun String.isThai() = any { it in '\u0e00'..'\u0e7f' }

    @Test
    fun everyErrorCodeReachesBothLanguages() {
        val codes = errorCodes()
        assertTrue("${codes.size} codes", codes.size > 120)
        assertEquals(codes.size, codes.toSet().size)
        val unknown = errorWords(Lang.EN, "no_such_code").substringBefore("no_such_code")
        for (code in codes) {
            val thai = errorWords(Lang.TH, code)
            val english = errorWords(Lang.EN, code)
            assertTrue("$code: $thai", thai.isThai())
            assertFalse("$code: $english", english.isThai())
            assertFalse("$code: $english", english.startsWith(unknown))
        }
        // And an error carries both.
        val phone = openPhone(folder.root, "http://127.0.0.1:1")
        val failed = failure { phone.counters() }
        assertEquals(ErrorKind.SIGNED_OUT, failed.kind)
        assertEquals(errorWords(Lang.TH, failed.code), failed.thai)
        assertEquals(errorWords(Lang.EN, failed.code), failed.english)
        phone.close()
    }

    @Test
    fun everyLabelThatTheAppNamesHasItsWords() {
        val sources = File("app/src/main/kotlin").walk().filter { it.extension == "kt" }
        val names = sources.flatMap { file ->
            Regex(""""((?:app|button|field|item|screen|zero-copy)-[a-z0-9-]+)"""")
                .findAll(file.readText()).map { it.groupValues[1] }
        }.toSet()
        assertTrue("$names", names.size > 30)
        for (name in names) {
            for (lang in Lang.entries) {
                assertFalse("$name in $lang", label(lang, name).contains(name))
            }
        }
    }

    @Test
    fun anAddressThatIsNoneIsRefusedWithItsReason() {
        for ((address, code) in listOf(
            "no address" to "registry_address",
            "http://registry.example" to "registry_not_https",
        )) {
            val failed = failure { openPhone(folder.root, address) }
            assertEquals(ErrorKind.INPUT, failed.kind)
            assertEquals(code, failed.code)
        }
        val id = failure { openPhone(folder.root, "http://127.0.0.1:1").beginPin("not an id") }
        assertEquals(ErrorKind.ARGUMENT, id.kind)
    }

    @Test
    fun useAfterTheEndIsAClearError() {
        val phone = openPhone(folder.root, registry.url)
        phone.signIn("staff", Registry.PASSWORD)
        phone.end()
        phone.end()
        for (act in listOf<() -> Unit>(
            { phone.counters() },
            { phone.syncNow() },
            { phone.savePin(null, null) },
            { phone.cancel() },
            { phone.signIn("staff", "x") },
        )) {
            assertEquals(ErrorKind.CLOSED, failure(act).kind)
        }
        phone.close()
        try {
            phone.counters()
            fail("used after close")
        } catch (closed: IllegalStateException) {
            assertTrue("${closed.message}", closed.message!!.contains("destroyed"))
        }
    }

    @Test
    fun aStoreOfSecretsThatFailsIsToldAndACallbackThatThrowsEndsNoSync() {
        val broken = object : SecretStore {
            override fun load(key: String): ByteArray? = throw SecretFailed.Unavailable("locked")
            override fun keep(key: String, value: ByteArray) = throw SecretFailed.Unavailable("locked")
            override fun forget(key: String) = throw IllegalStateException("boom")
        }
        val files = File(folder.root, "broken").path
        val phone = Pakmut(Setup(folder = files, registry = registry.url, lang = Lang.TH), broken)
        val failed = failure { phone.signIn("staff", Registry.PASSWORD) }
        assertEquals("secret_store", failed.code)
        assertTrue(failed.detail!!.contains("locked"))
        phone.close()

        val good = openPhone(folder.newFolder(), registry.url)
        good.signIn("staff", Registry.PASSWORD)
        val ended = good.sync(60u, true, object : Progress {
            override fun advanced(screen: SyncScreen) = throw IllegalStateException("boom")
        })
        assertEquals("Everything is sent", ended.line)
        good.close()
    }

    @Test
    fun callbacksComeFromWhicheverThreadCalls() {
        val secrets = FileSecrets(File(folder.root, "secrets"))
        val files = File(folder.root, "files").path
        val phone = Pakmut(Setup(folder = files, registry = registry.url, lang = Lang.EN), secrets)
        phone.signIn("staff", Registry.PASSWORD)
        val steps = Steps()
        val thread = AtomicReference<String>()
        val listening = object : Progress {
            override fun advanced(screen: SyncScreen) {
                thread.set(Thread.currentThread().name)
                // And it may call back in.
                phone.syncScreen()
                steps.advanced(screen)
            }
        }
        val failed = AtomicReference<Throwable>()
        val worker = thread(name = "worker of the test") {
            try {
                phone.sync(60u, true, listening)
            } catch (error: Throwable) {
                failed.set(error)
            }
        }
        worker.join(60_000)
        assertEquals(null, failed.get())
        assertEquals("worker of the test", thread.get())
        assertTrue(secrets.threads.contains("worker of the test"))
        assertTrue(steps.seen.all { it.running })
        phone.close()
    }

    @Test
    fun aSyncIsCancelledInTheMiddleAndCapturingGoesOnMeanwhile() {
        Network(registry.port).use { network ->
            val phone = openPhone(folder.root, network.url)
            phone.signIn("colleague", Registry.PASSWORD)
            phone.syncNow()
            val counter = phone.counters().rows.first().counter
            phone.beginPin(counter)
            phone.placeByHand(Registry.LAT, Registry.LON)
            phone.savePin("checked_on_spot", null)

            // Each piece is held back for long: the sync is in its middle.
            network.delayMs = 3_000
            val begun = CountDownLatch(1)
            val ended = AtomicReference<SyncScreen>()
            val worker = thread {
                begun.countDown()
                ended.set(phone.sync(120u, true, Steps()))
            }
            begun.await(10, TimeUnit.SECONDS)
            Thread.sleep(500)
            // Capture and save while it runs.
            val before = System.nanoTime()
            phone.beginPin(counter)
            phone.tick(phone.nowMs())
            phone.placeByHand(Registry.LAT, Registry.LON)
            val saved = phone.savePin("checked_on_spot", null)
            val took = (System.nanoTime() - before) / 1e6
            assertTrue("saving took $took ms while a sync ran", took < 2_000)
            assertEquals("Sending is already under way", phone.syncNow().line)
            assertTrue(worker.isAlive)

            phone.cancel()
            worker.join(5_000)
            assertFalse("the sync did not end", worker.isAlive)
            assertEquals("Stopped. Everything is kept on this phone.", ended.get().line)
            assertTrue(phone.queue().rows.any { it.item == saved })
            assertEquals(Standing.SAVED, phone.counters().rows.first().standing)

            network.delayMs = 0
            assertEquals("Everything is sent", phone.syncNow().line)
            phone.close()
        }
    }

    @Test
    fun pausedItRefusesAndResumedItGoesOn() {
        val phone = openPhone(folder.root, registry.url)
        phone.signIn("staff", Registry.PASSWORD)
        phone.pause()
        assertEquals("file_paused", failure { phone.queue() }.code)
        phone.resume()
        phone.queue()
        phone.close()
    }

    @Test
    fun theLanguageAndDigitsChangeAtOnce() {
        val phone = openPhone(folder.root, registry.url, Lang.TH)
        phone.signIn("staff", Registry.PASSWORD)
        phone.syncNow()
        phone.setStyle(Lang.TH, true)
        assertTrue(phone.counters().line.any { it in '๐'..'๙' })
        phone.setStyle(Lang.EN, true)
        assertFalse(phone.counters().line.isThai())
        assertNotEquals(phone.label("button-save"), label(Lang.TH, "button-save"))
        phone.close()
    }

    @Test
    fun aHundredThousandCallsDoNotGrowTheMemory() {
        val phone = openPhone(folder.root, registry.url)
        phone.signIn("staff", Registry.PASSWORD)
        phone.syncNow()
        fun calls(times: Int) = repeat(times) {
            phone.readPosition("18.7877, 98.9933", null, null)
            if (it % 20 == 0) phone.tickless()
            // JNA gives its own memory back when the collector comes by, and
            // on this large a heap that may be once in all the calls.
            if (it % 5_000 == 0) System.gc()
        }
        calls(20_000)
        val before = residentKb()
        calls(100_000)
        val grown = residentKb() - before
        // An answer has some 500 bytes: leaked, they would be 50 MB. A fifth of that
        // is left to the JVM's own compiler and collector.
        keep("calls_kotlin_grown_kb", grown)
        assertTrue("grown by $grown kB", grown < 10_000)
        phone.close()
    }

    @Test
    fun aCoarseCallCostsFarLessThanAPersonNotices() {
        val phone = openPhone(folder.root, "http://127.0.0.1:1")
        val call = { phone.readPosition("18.7877, 98.9933", null, null) }
        repeat(5_000) { call() }
        val times = 10_000
        val begun = System.nanoTime()
        repeat(times) { call() }
        val each = (System.nanoTime() - begun) / times
        keep("call_kotlin_ns", each)
        assertTrue("$each ns a call", each < 5_000_000)
        phone.close()
    }

    /** Kept for `make bench-calls`, which holds it against the same in Rust. */
    private fun keep(name: String, value: Long) {
        val report = File(Build.of("pakmut.reports"), "$name.txt")
        report.parentFile.mkdirs()
        report.writeText("$value\n")
    }

    /** A call that fails: its error's texts must be given back too. */
    private fun Pakmut.tickless() {
        try {
            tick(0)
        } catch (_: PakmutException.Failed) {
            // No counter is being pinned.
        }
    }

    private fun residentKb(): Long {
        System.gc()
        val line = File("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }
        return line.filter { it.isDigit() }.toLong()
    }

    companion object {
        private val shared = File.createTempFile("pakmut", "").apply {
            delete()
            mkdirs()
        }
        private lateinit var registry: Registry

        @BeforeClass
        @JvmStatic
        fun start() {
            registry = Registry(shared)
        }

        @AfterClass
        @JvmStatic
        fun stop() {
            registry.close()
            shared.deleteRecursively()
        }
    }
}
