package th.pakmut.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import th.pakmut.app.host.Registry
import th.pakmut.app.host.openPhone
import th.pakmut.app.host.syncNow
import th.pakmut.core.CounterKind
import th.pakmut.core.PakmutException

/** Staff keep the list of counters; the province sees how far they are. */
class RosterTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun aCounterIsProposedPinnedAndSeenByTheProvince() {
        Registry(folder.newFolder("registry")).use { registry ->
            val phone = openPhone(folder.newFolder("staff"), registry.url)
            phone.signIn("staff", Registry.PASSWORD)
            phone.syncNow()
            val empty = phone.counterForm(null).entry
            val refused = try {
                phone.proposeCounter(empty)
                null
            } catch (failed: PakmutException.Failed) {
                failed.code
            }
            assertEquals("counter_name_length", refused)
            val entry = empty.copy(
                name = "ศูนย์บริการร่วม", kind = CounterKind.ONE_STOP, postcode = "๘๑๑๒๐",
            )
            val counter = phone.proposeCounter(entry)
            assertEquals("81120", phone.counterForm(counter).entry.postcode)
            phone.stateList(true)
            assertTrue(phone.counters().complete)
            phone.beginPin(counter)
            phone.placeByHand(Registry.LAT, Registry.LON)
            phone.savePin("checked_on_spot", null)
            assertEquals("Everything is sent", phone.syncNow().line)
            phone.close()

            val officer = openPhone(folder.newFolder("officer"), registry.url)
            officer.signIn("officer", Registry.PASSWORD)
            officer.syncNow()
            val row = officer.followUp().rows.single { it.name == "เทศบาลตำบลคลองท่อมใต้" }
            assertEquals("1 of 2 counters pinned", row.line)
            assertEquals(listOf("1 not pinned", "1 to be reviewed"), row.missing)
            officer.close()
        }
    }
}
