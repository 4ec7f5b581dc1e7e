package th.pakmut.app

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.location.LocationManager
import android.widget.Button
import android.widget.EditText
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowAlertDialog
import th.pakmut.app.host.ActivityHost
import th.pakmut.app.host.Recordings
import th.pakmut.app.host.Registry
import th.pakmut.app.host.measure
import th.pakmut.app.host.openPhone
import th.pakmut.app.host.syncNow
import th.pakmut.core.Lang
import th.pakmut.core.PakmutException
import th.pakmut.core.TabKind
import th.pakmut.core.errorWords

/** The province draws a pin; somebody of another LAO measures its counter, offline and blind. */
class ChecksActivityTest : ActivityHost() {
    /** Staff pinned their office, and the province drew that pin. */
    private fun aPinIsDrawn() {
        openPhone(folder.newFolder("staff"), registry.url).use { phone ->
            phone.signIn("staff", Registry.PASSWORD)
            phone.syncNow()
            phone.measure(phone.counters().rows.single().counter, Recordings::outdoors)
            phone.savePin("checked_on_spot", null)
            check(phone.syncNow().line == "Everything is sent")
            registry.draw(1)
            phone.syncNow()
            // The counter's own people are not asked.
            assertTrue(phone.checks().rows.isEmpty())
            assertFalse(phone.home().tabs.any { it.kind == TabKind.CHECKS })
        }
    }

    private fun send() {
        activity.home(TabKind.QUEUE)
        click(label("button-sync"))
    }

    private fun openTheChecks() {
        aPinIsDrawn()
        start()
        signIn("neighbour")
        assertTrue("${said()}", said().none { it == label("check-title") })
        send()
        activity.home()
        click(label("check-title"))
    }

    @Test
    fun aCounterOfAnotherLaoIsMeasuredBlindAndThePinIsConfirmed() {
        openTheChecks()
        assertTrue("${said()}", said().any { label("screen-check-to-measure") in it })
        picture("checks-th")
        val location = app.getSystemService(LocationManager::class.java)
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        shadowOf(location).setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        tap("เทศบาลตำบลคลองท่อมใต้")
        for (second in 0 until 13) {
            stand(location, Registry.LAT + second % 3 * 2e-6, Registry.LON, 3.5f)
            Thread.sleep(1_000)
        }
        picture("check-capture-th")
        // Nothing is placed by hand here, and nothing tells where the pin lies.
        val hidden = views().filterIsInstance<Button>().filter { it.text == label("button-by-hand") }
        assertTrue(hidden.none { it.isShown })
        click(label("screen-take-check"))
        assertTrue("${said()}", said().contains(label("screen-save-check")))
        assertTrue("${said()}", said().none { it == label("button-photo") })
        assertEquals("the note alone", 1, views().filterIsInstance<EditText>().count())
        picture("check-findings-th")
        type("field-note", "วัดหน้าประตู")
        click(label("screen-save-check"))
        assertTrue("${said()}", said().any { label("item-saved") in it })
        picture("check-saved-th")
        send()
        assertTrue("${said()}", said().any { label("kind-check-pin") in it })
        picture("queue-check-th")
        activity.home(TabKind.CHECKS)
        assertTrue("${said()}", said().any { label("check-verdict-confirmed") in it })
        picture("check-confirmed-th")
    }

    @Test
    fun whoComesSecondIsToldInEnglish() {
        app.settings.lang = Lang.EN
        openTheChecks()
        picture("checks-en")
        openPhone(folder.newFolder("officer"), registry.url).use { officer ->
            officer.signIn("officer", Registry.PASSWORD)
            officer.syncNow()
            val check = officer.checks().rows.single { it.canMeasure }.check
            measureCheck(officer, check)
            officer.syncNow()
            assertEquals("✓ confirmed", officer.checks().rows.single().standing)
        }
        // Offline, the counter still stands here to be measured.
        val check = app.core().let { core ->
            var found: String? = null
            core.ask({ checks().rows.single().check }, { error(it.text) }) { found = it }
            found!!
        }
        var saved: String? = null
        app.core().ask({ measureCheck(this, check) }, { error(it.text) }) { saved = it }
        assertTrue(saved != null)
        // The list was drawn before: what cannot begin any more leads back to it.
        tap("เทศบาลตำบลคลองท่อมใต้")
        assertTrue("${said()}", said().any { label("item-saved") in it })
        assertTrue("${said()}", said().none { it == label("button-by-hand") || it == label("button-cancel") })
        val told = shadowOf(ShadowAlertDialog.getLatestAlertDialog()).message.toString()
        assertEquals(errorWords(Lang.EN, "check_unknown"), told)
        send()
        activity.home(TabKind.CHECKS)
        assertTrue("${said()}", said().any { "What you measured is kept and does not count" in it })
        picture("check-second-en")
    }

    @Test
    fun whoDecidedOnThePinDoesNotMeasureIt() {
        aPinIsDrawn()
        openPhone(folder.newFolder("officer"), registry.url).use { officer ->
            officer.signIn("officer", Registry.PASSWORD)
            officer.syncNow()
            val pin = officer.review().rows.single().pin
            val check = officer.checks().rows.single().check
            officer.decide(pin, th.pakmut.core.Decision.APPROVED, null, null)
            val row = officer.checks().rows.single()
            assertFalse(row.canMeasure)
            assertTrue(row.detail!!.contains("somebody else must measure it"))
            val failed = runCatching { officer.beginCheck(check) }.exceptionOrNull()
            assertEquals("check_not_blind", (failed as PakmutException.Failed).code)
        }
    }

    @Test
    fun whereACheckCannotBeginNothingOfAnotherCounterIsSaved() {
        openPhone(folder.newFolder("staff"), registry.url).use { phone ->
            phone.signIn("staff", Registry.PASSWORD)
            phone.syncNow()
            val counter = phone.counters().rows.single().counter
            fun failed(call: () -> Unit) =
                (runCatching(call).exceptionOrNull() as PakmutException.Failed).code
            val none = "00000000-0000-0000-0000-000000000001"
            for ((begin, code) in listOf<Pair<() -> Unit, String>>(
                Pair({ phone.beginCheck(none) }, "check_unknown"),
                Pair({ phone.beginPin(none) }, "counter_unknown"),
            )) {
                phone.measure(counter, Recordings::outdoors)
                assertEquals(code, failed(begin))
                assertEquals("capture_not_ended", failed { phone.takePosition(phone.nowMs()) })
                assertEquals("capture_not_ended", failed { phone.savePin("checked_on_spot", null) })
            }
            assertTrue(phone.queue().rows.isEmpty())
        }
    }

    private fun measureCheck(phone: th.pakmut.core.Pakmut, check: String): String {
        phone.beginCheck(check)
        var last = phone.nowMs()
        for (fix in Recordings.outdoors(last)) {
            last = fix.atMs
            phone.pushFix(fix, last)
        }
        check(phone.takePosition(last).canSave)
        return phone.savePin(null, null)
    }
}
