package th.pakmut.app

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.job.JobScheduler
import android.location.LocationManager
import android.widget.Button
import android.widget.EditText
import android.widget.RadioButton
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import th.pakmut.app.host.ActivityHost
import th.pakmut.app.host.Registry
import th.pakmut.core.Lang

/** What staff see, from the sign-in on. */
class ActivityTest : ActivityHost() {
    @Test
    fun fromSignInToASavedPinAndItsSending() {
        start()
        picture("sign-in-th")
        signIn()
        // Nothing was fetched yet.
        assertTrue(said().contains(label("screen-counters-not-fetched")))
        click(label("button-sync"))
        click(label("button-sync"))
        picture("queue-th")
        activity.home()
        picture("counters-th")

        shadowOf(app).denyPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        val location = app.getSystemService(LocationManager::class.java)
        shadowOf(location).setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        shadowOf(location).setProviderEnabled(LocationManager.NETWORK_PROVIDER, false)
        val next = views().filterIsInstance<Button>().first { it.text.startsWith("ปักหมุด ") }
        next.performClick()
        assertTrue(said().contains(label("screen-location-why")))
        picture("capture-permission-th")
        shadowOf(app).grantPermissions(ACCESS_COARSE_LOCATION)
        controller.pause().resume()
        assertTrue(said().contains(label("screen-location-approximate")))
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION)
        shadowOf(location).setProviderEnabled(LocationManager.GPS_PROVIDER, false)
        controller.pause().resume()
        assertTrue(said().contains(label("screen-location-off")))
        shadowOf(location).setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        controller.pause().resume()
        assertFalse(said().any { it == label("screen-location-off") })

        // A person stands there for a while; nothing is taken meanwhile.
        for (second in 0 until 13) {
            stand(location, Registry.LAT + second % 3 * 2e-6, Registry.LON, 3.5f)
            if (second == 1) picture("capture-improving-th")
            Thread.sleep(1_000)
        }
        assertTrue("${said()}", said().contains("พร้อมบันทึก"))
        picture("capture-ready-th")
        click(label("screen-take-pin"))
        assertTrue("${said()}", said().contains(label("screen-findings-title")))
        picture("findings-th")
        views().filterIsInstance<RadioButton>().firstOrNull()?.performClick()
        click(label("screen-save-pin"))
        assertTrue("${said()}", said().any { it.endsWith(label("item-saved")) })
        picture("counters-saved-th")
        val jobs = app.getSystemService(JobScheduler::class.java).allPendingJobs
        assertEquals("one job, whatever waits", 1, jobs.size)

        activity.home(th.pakmut.core.TabKind.QUEUE)
        click(label("button-sync"))
        assertTrue("${said()}", said().any { it == label("item-sent") })
        picture("queue-sent-th")
        activity.home(th.pakmut.core.TabKind.ZERO_COPY)
        picture("zero-copy-chooser-th")
        activity.home(th.pakmut.core.TabKind.SURVEY)
        activity.home(th.pakmut.core.TabKind.ABOUT)
        picture("about-th")
    }

    @Test
    @Config(qualifiers = "+night")
    fun inEnglishAndDarkAPositionIsPlacedByHand() {
        app.settings.lang = Lang.EN
        start()
        signIn()
        click("Send now")
        click("Send now")
        activity.home()
        picture("counters-en-dark")
        views().filterIsInstance<Button>().first { it.text.startsWith("Pin ") }.performClick()
        click("Place by hand")
        val field = views().filterIsInstance<EditText>().first { (it.tag ?: it.hint) == "Position" }
        field.setText("499294 2077337")
        assertTrue(said().any { it.startsWith("Are these coordinates in zone") })
        picture("hand-en-dark")
        field.setText("7.952981, 99.150390")
        click("Next")
        assertTrue("${said()}", said().contains("Placed by hand"))
        picture("findings-en-dark")
        // Without a reason it is not saved, and says so.
        click("Save pin")
        val dialog = org.robolectric.shadows.ShadowAlertDialog.getLatestAlertDialog()
        assertEquals(
            "Please choose or write a reason.",
            shadowOf(dialog).message.toString(),
        )
    }

    @Test
    fun withTheLargestFontEverythingIsStillThere() {
        RuntimeEnvironment.setFontScale(2f)
        start()
        picture("sign-in-th-largest")
        signIn()
        click(label("button-sync"))
        click(label("button-sync"))
        activity.home()
        picture("counters-th-largest")
        RuntimeEnvironment.setFontScale(1f)
    }

    @Test
    fun anAddressThatIsNoneCanBeMended() {
        app.settings.registry = "http://registry.example"
        start()
        assertTrue("${said()}", said().any { "https" in it && it.startsWith("⚠") })
        val field = views().filterIsInstance<EditText>().first()
        field.setText(registry.url)
        click(th.pakmut.core.label(Lang.TH, "button-sign-in"))
        assertEquals(3, views().filterIsInstance<EditText>().count())
    }
}
