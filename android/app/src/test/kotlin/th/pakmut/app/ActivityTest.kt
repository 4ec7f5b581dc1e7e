package th.pakmut.app

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.job.JobScheduler
import android.graphics.Bitmap
import android.graphics.Canvas
import android.location.Location
import android.location.LocationManager
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.EditText
import android.widget.RadioButton
import android.widget.TextView
import java.io.File
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import th.pakmut.app.host.FileSecrets
import th.pakmut.app.host.Registry
import th.pakmut.core.Lang

/**
 * The real activity on the real framework, against a real registry; what it draws
 * is kept in target/android/pictures.
 */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(
    sdk = [34],
    manifest = Config.NONE,
    application = PakmutApp::class,
    qualifiers = "th-w411dp-h891dp-xhdpi",
)
class ActivityTest {
    @get:Rule
    val folder = TemporaryFolder()

    private lateinit var registry: Registry
    private lateinit var controller: ActivityController<MainActivity>
    private val app get() = RuntimeEnvironment.getApplication() as PakmutApp
    private val activity get() = controller.get()

    @Before
    fun begin() {
        registry = Registry(folder.newFolder("registry"))
        val secrets = FileSecrets(folder.newFolder("secrets"))
        PakmutApp.secrets = { secrets }
        // One thread: each answer is there when the call returns.
        PakmutApp.calls = java.util.concurrent.Executor { it.run() }
        PakmutApp.syncs = PakmutApp.calls
        PakmutApp.main = PakmutApp.calls
        app.settings.registry = registry.url
        app.settings.lang = Lang.TH
    }

    @After
    fun end() {
        app.reopen()
        registry.close()
    }

    private fun start() {
        controller = Robolectric.buildActivity(MainActivity::class.java).setup()
    }

    private fun views(view: View = activity.window.decorView): Sequence<View> = sequence {
        yield(view)
        if (view is ViewGroup) {
            for (index in 0 until view.childCount) yieldAll(views(view.getChildAt(index)))
        }
    }

    private fun said(): List<String> =
        views().filterIsInstance<TextView>().map { it.text.toString() }.toList()

    private fun click(text: String) {
        val button = views().filterIsInstance<Button>().firstOrNull { it.text.toString() == text }
        checkNotNull(button) { "no button '$text' among ${said()}" }.performClick()
    }

    private fun label(id: String) = app.core().label(id)

    private fun signIn(username: String = "staff") {
        val (address, name, password) = views().filterIsInstance<EditText>().let { fields ->
            fun of(id: String) = fields.first { it.hint == label(id) }
            Triple(of("field-registry"), of("field-username"), of("field-password"))
        }
        assertEquals(registry.url, address.text.toString())
        name.setText(username)
        password.setText(Registry.PASSWORD)
        click(label("button-sign-in"))
    }

    private fun picture(name: String) {
        val view = activity.window.decorView
        val (width, height) = activity.resources.displayMetrics.let { it.widthPixels to it.heightPixels }
        val exactly = { size: Int -> View.MeasureSpec.makeMeasureSpec(size, View.MeasureSpec.EXACTLY) }
        view.measure(exactly(width), exactly(height))
        view.layout(0, 0, width, height)
        val bitmap = Bitmap.createBitmap(width, height, Bitmap.Config.ARGB_8888)
        view.draw(Canvas(bitmap))
        val colours = buildSet {
            for (x in 0 until width step 7) for (y in 0 until height step 7) add(bitmap.getPixel(x, y))
        }
        assertTrue("$name has ${colours.size} colours", colours.size > 4)
        val file = File("../target/android/pictures/$name.png")
        file.parentFile.mkdirs()
        file.outputStream().use { bitmap.compress(Bitmap.CompressFormat.PNG, 100, it) }
        for (touched in views(view).filter { it.isClickable && it.isShown && it is Button && it.width > 0 }) {
            val least = look().dp(48)
            assertTrue("${(touched as Button).text}: ${touched.height} px", touched.height >= least)
        }
    }

    private fun look() = Look(activity)

    private fun stand(location: LocationManager, lat: Double, lon: Double, accuracy: Float) {
        val fix = Location(LocationManager.GPS_PROVIDER).apply {
            latitude = lat
            longitude = lon
            this.accuracy = accuracy
            time = System.currentTimeMillis()
            elapsedRealtimeNanos = app.core().nowMs() * 1_000_000
        }
        shadowOf(location).simulateLocation(fix)
        shadowOf(android.os.Looper.getMainLooper()).idle()
    }

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
        val field = views().filterIsInstance<EditText>().first { it.hint == "Position" }
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
    fun anOfficerDecidesOnThePhone() {
        start()
        signIn("officer")
        picture("review-empty-th")
        assertTrue("${said()}", said().contains(label("screen-review-empty")))
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
