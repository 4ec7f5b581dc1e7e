package th.pakmut.app

import java.io.File
import java.util.concurrent.TimeUnit
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.BeforeClass
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import th.pakmut.app.host.Network
import th.pakmut.app.host.Recordings
import th.pakmut.app.host.Registry
import th.pakmut.app.host.measure
import th.pakmut.app.host.openPhone
import th.pakmut.app.host.syncNow
import th.pakmut.core.CaptureState
import th.pakmut.core.Contact
import th.pakmut.core.Decision
import th.pakmut.core.ErrorKind
import th.pakmut.core.PakmutException
import th.pakmut.core.Severity
import th.pakmut.core.Standing

/** The whole work of a phone from the one-time code on, against a real registry in its own process. */
class ScenarioTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun aPinGoesFromTheCounterToItsApproval() {
        val home = folder.newFolder("phone")
        Network(registry.port).use { network ->
            // Enrol with the province's code, while there is a network.
            openPhone(home, network.url).use { phone ->
                val wrong = try {
                    phone.signIn("staff", "not the password")
                    null
                } catch (refused: PakmutException.Failed) {
                    refused
                }
                assertEquals(ErrorKind.REFUSED, wrong?.kind)
                assertEquals("credentials_wrong", wrong?.code)
                val code = registry.code("codes", "issue", "--role", "lao", "--lao", Registry.LAO)
                val slip = try {
                    phone.previewCode(code.dropLast(1))
                    null
                } catch (refused: PakmutException.Failed) {
                    refused
                }
                assertEquals("code_length", slip?.code)
                val shown = phone.previewCode(code)
                assertEquals("เทศบาลตำบลคลองท่อมใต้", shown.office)
                assertTrue(shown.asksName)
                val contact = Contact(name = "สมหญิง ใจดี", phone = "075 699000 ต่อ 12")
                assertEquals("somying", phone.enrol(code, "somying", Registry.PASSWORD, contact).username)
                assertEquals("Everything is sent", phone.syncNow().line)
                val counters = phone.counters()
                assertEquals(Standing.TO_PIN, counters.rows.single().standing)
                assertEquals("0 of 1 pinned", counters.line)
            }

            // Capture and save offline, in a process of its own, which is killed.
            network.cutAfter = 0
            val saved = captureAndBeKilled(home, network.url)

            openPhone(home, network.url).use { phone ->
                val row = phone.counters().rows.single()
                assertEquals(Standing.SAVED, row.standing)
                assertEquals(saved, row.item)
                assertTrue(phone.queue().line.startsWith("One item waits since "))

                // No network, then one that is cut again and again.
                assertEquals(
                    "No network. You can go on; items are sent when there is one.",
                    phone.syncNow().line,
                )
                var bytes = 200
                var tries = 0
                while (phone.queue().rows.none { it.sent }) {
                    network.cutAfter = bytes
                    phone.syncNow()
                    bytes += 300
                    tries += 1
                    assertTrue("after $tries tries", tries < 60)
                }
                assertTrue("${network.cuts.get()} cuts", network.cuts.get() > 1)
                network.cutAfter = -1
                assertEquals("Everything is sent", phone.syncNow().line)
                assertEquals(Standing.SENT, phone.counters().rows.single().standing)

                // The province sends it back.
                val officer = openPhone(folder.newFolder("officer"), network.url)
                officer.signIn("officer", Registry.PASSWORD)
                officer.syncNow()
                val waiting = officer.review().rows.single { it.pin == saved }
                assertTrue(waiting.headline.startsWith("Within "))
                assertTrue("checks of phone and registry", waiting.findings.isNotEmpty())
                officer.decide(saved, Decision.SENT_BACK, "too_weak", "วัดที่หน้าประตู")
                officer.syncNow()

                phone.syncNow()
                val back = phone.counters()
                assertEquals(Standing.SENT_BACK, back.rows.single().standing)
                assertEquals("Not accurate enough · วัดที่หน้าประตู", back.rows.single().reason)
                assertEquals(back.rows.single().counter, back.next)

                // Pinned again at the door, where there is a good position.
                val found = phone.measure(back.next!!, Recordings::outdoors)
                assertEquals(CaptureState.READY, found.state)
                // With a photo, of which nothing but the picture stays.
                assertNull(phone.pinPhoto().photo)
                val camera = File("../core/tests/data/camera.jpg").readBytes()
                val photo = phone.takePinPhoto(camera, camera).photo!!
                assertTrue("Secret Camera" in String(camera, Charsets.ISO_8859_1))
                val kept = phone.photoBytes(photo)
                assertTrue("Secret Camera" !in String(kept, Charsets.ISO_8859_1))
                val elsewhere = phone.findings()!!.findings.filter { it.code == "photo_elsewhere" }
                assertEquals(listOf(Severity.WARN), elsewhere.map { it.severity })
                val refused = try {
                    phone.takePinPhoto(camera, "no picture".toByteArray())
                    null
                } catch (failed: PakmutException.Failed) {
                    failed.code
                }
                assertEquals("photo_not_jpeg", refused)
                assertEquals(photo, phone.pinPhoto().photo)
                val second = phone.savePin("checked_on_spot", null)
                assertEquals("One photo waits to be sent", phone.queue().photosLine)
                // The pin goes through and its photo is cut: it waits, and goes on.
                network.cutAfter = 4_000
                phone.syncNow()
                network.cutAfter = -1
                phone.syncNow()
                assertNull(phone.queue().photosLine)
                assertEquals(emptyList<Any>(), phone.queue().stuckPhotos)
                assertEquals(Standing.SENT, phone.counters().rows.single().standing)

                // And approved.
                officer.syncNow()
                assertEquals(1, officer.review().rows.count { it.pin == second })
                officer.decide(second, Decision.APPROVED, null, null)
                officer.syncNow()
                officer.close()
                phone.syncNow()
                val done = phone.counters()
                assertEquals(Standing.APPROVED, done.rows.single().standing)
                assertEquals("1 of 1 pinned", done.line)
                assertNull(done.next)
                assertEquals(
                    listOf("Approved", "Sent"),
                    phone.queue().rows.map { it.standing },
                )
            }
        }
    }

    /** Runs [Killed] in a process of its own until it says the pin's id, and kills it. */
    private fun captureAndBeKilled(home: File, url: String): String {
        val java = File(System.getProperty("java.home"), "bin/java").path
        val properties = listOf("jna.library.path", "pakmut.registry", "pakmut.data")
            .map { "-D$it=${System.getProperty(it)}" }
        val classes = System.getProperty("surefire.test.class.path")
            ?: System.getProperty("java.class.path")
        val command = listOf(java) + properties +
            listOf("-cp", classes, Killed::class.java.name, home.path, url)
        val log = folder.newFile("killed.log")
        val process = ProcessBuilder(command).redirectError(log).start()
        val said = process.inputStream.bufferedReader().readLine()
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)
        return said ?: error(log.readText())
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

/** Captures indoors, saves, says the id, and waits to be killed. */
object Killed {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val phone = openPhone(File(arguments[0]), arguments[1])
        val counter = phone.counters().rows.single().counter
        val found = phone.measure(counter, Recordings::indoors)
        check(found.canSave) { "$found" }
        check(found.reasonAsked != null) { "indoors a reason is asked: $found" }
        try {
            phone.savePin(null, null)
            error("saved without a reason")
        } catch (missing: PakmutException.Failed) {
            check(missing.code == "pin_reason_missing") { "$missing" }
        }
        println(phone.savePin("indoors", "ในอาคาร"))
        System.out.flush()
        Thread.sleep(600_000)
    }
}
