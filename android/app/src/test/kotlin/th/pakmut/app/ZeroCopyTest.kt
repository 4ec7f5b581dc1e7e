package th.pakmut.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Assert.fail
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import th.pakmut.app.host.Registry
import th.pakmut.app.host.openPhone
import th.pakmut.app.host.syncNow
import th.pakmut.core.Pakmut
import th.pakmut.core.PakmutException

/** Zero Copy: a whole counter declared offline at once, one document otherwise, sent, seen by a colleague. */
class ZeroCopyTest {
    @get:Rule
    val folder = TemporaryFolder()

    private fun Pakmut.lines(counter: String) = zeroCopy(counter).services.flatMap { it.lines }

    private fun Pakmut.declareAll(counter: String, since: String) = declare(
        counter, emptyList(), emptyList(), true, "stopped", since, "views_original", null,
    )

    @Test
    fun aCounterIsDeclaredAtOnceOneDocumentOtherwiseAndSent() {
        Registry(folder.newFolder("registry")).use { registry ->
            val home = folder.newFolder("phone")
            val phone = openPhone(home, registry.url)
            phone.signIn("staff", Registry.PASSWORD)
            phone.syncNow()
            val counter = phone.counters().rows.first().counter
            val open = phone.lines(counter)
            assertTrue(open.isNotEmpty() && open.all { it.practice.isEmpty() })
            try {
                phone.declareAll(counter, "2999-01-01")
                fail("a day that is still to come was taken")
            } catch (refused: PakmutException.Failed) {
                assertEquals("since_in_future", refused.code)
            }
            assertTrue("nothing was saved", phone.lines(counter).none { it.waits })
            assertEquals(open.size, phone.declareAll(counter, "2018-11-05").toInt())
            val service = phone.zeroCopy(counter).services.first()
            val document = service.lines.first().document
            phone.declare(counter, listOf(service.service), listOf(document), false, "asked", null, null, null)
            phone.close()

            // The app was ended: all of it is still there, and waits.
            val again = openPhone(home, registry.url)
            assertTrue(again.lines(counter).all { it.waits })
            assertEquals("asked", again.lines(counter).first().practice)
            assertEquals(open.size - 1, again.lines(counter).count { it.practice == "stopped" })
            assertEquals("Everything is sent", again.syncNow().line)
            assertTrue(again.lines(counter).none { it.waits || it.conflict != null })

            val colleague = openPhone(folder.newFolder("colleague"), registry.url)
            colleague.signIn("colleague", Registry.PASSWORD)
            colleague.syncNow()
            assertEquals(
                again.lines(counter).map { it.practice },
                colleague.lines(counter).map { it.practice },
            )
            again.close()
            colleague.close()
        }
    }
}
