package th.pakmut.app

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.Activity
import android.app.job.JobScheduler
import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.location.LocationManager
import android.net.Uri
import android.provider.MediaStore
import android.widget.Button
import android.widget.EditText
import android.widget.RadioButton
import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.robolectric.Robolectric
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
        photograph()
        // The camera says that it was in another province.
        assertTrue("${said()}", said().any { it.startsWith("ภาพถ่ายห่างจากหมุด ") })
        assertTrue(views().any { it.contentDescription == label("screen-photo-shown") })
        click(label("button-photo-remove"))
        assertFalse(said().any { it.startsWith("ภาพถ่ายห่างจากหมุด ") })
        photograph()
        picture("findings-photo-th")
        views().filterIsInstance<RadioButton>().firstOrNull()?.performClick()
        click(label("screen-save-pin"))
        assertTrue("${said()}", said().any { it.endsWith(label("item-saved")) })
        picture("counters-saved-th")
        val jobs = app.getSystemService(JobScheduler::class.java).allPendingJobs
        assertEquals("one job, whatever waits", 1, jobs.size)

        activity.home(th.pakmut.core.TabKind.QUEUE)
        click(label("button-sync"))
        assertTrue("${said()}", said().any { it == label("item-sent") })
        assertFalse("the photo went too: ${said()}", said().any { it.startsWith("ภาพรอส่ง") })
        picture("queue-sent-th")
        activity.home(th.pakmut.core.TabKind.ZERO_COPY)
        picture("zero-copy-chooser-th")
        activity.home(th.pakmut.core.TabKind.SURVEY)
        activity.home(th.pakmut.core.TabKind.ABOUT)
        picture("about-th")
    }

    /** Takes a photo with a camera that writes where it is told to. */
    private fun photograph() {
        click(label(if (said().contains(label("button-photo"))) "button-photo" else "button-photo-again"))
        val asked = shadowOf(activity).nextStartedActivityForResult.intent
        assertEquals(MediaStore.ACTION_IMAGE_CAPTURE, asked.action)
        val uri = asked.getParcelableExtra(MediaStore.EXTRA_OUTPUT, Uri::class.java)!!
        assertEquals(uri, asked.clipData!!.getItemAt(0).uri)
        Robolectric.setupContentProvider(PhotoProvider::class.java, uri.authority)
        app.contentResolver.openOutputStream(uri, "w")!!.use { it.write(File("../core/tests/data/camera.jpg").readBytes()) }
        assertTrue(PhotoProvider.file(app).isFile)
        shadowOf(activity).receiveResult(asked, Activity.RESULT_OK, null)
        assertFalse("the camera's file does not stay", PhotoProvider.file(app).exists())
    }

    @Test
    fun aPictureIsTurnedAndScaledUntilItFits() {
        val noise = java.util.Random(1)
        val big = Bitmap.createBitmap(4_000, 2_500, Bitmap.Config.ARGB_8888)
        for (x in 0 until 4_000 step 3) for (y in 0 until 2_500 step 3) {
            big.setPixel(x, y, noise.nextInt() or (0xff shl 24))
        }
        val file = folder.newFile("big.jpg")
        file.outputStream().use { big.compress(Bitmap.CompressFormat.JPEG, 95, it) }
        val shot = Shot.of(file)
        assertTrue("${shot.scaled.size}", shot.scaled.size <= 400_000)
        val size = BitmapFactory.Options().apply { inJustDecodeBounds = true }
        BitmapFactory.decodeByteArray(shot.scaled, 0, shot.scaled.size, size)
        assertTrue("${size.outWidth}", size.outWidth in 400..1_600)
        // As the camera was held: its first row is the right side.
        val held = folder.newFile("held.jpg").apply { writeBytes(File("../core/tests/data/camera.jpg").readBytes()) }
        val turned = Shot.of(held).scaled
        BitmapFactory.decodeByteArray(turned, 0, turned.size, size)
        assertEquals(240 to 320, size.outWidth to size.outHeight)
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
