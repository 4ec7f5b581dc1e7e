package th.pakmut.app.host

import android.graphics.Bitmap
import android.graphics.Canvas
import android.location.Location
import android.location.LocationManager
import android.view.View
import android.view.ViewGroup
import android.view.Window
import android.widget.Button
import android.widget.EditText
import android.widget.TextView
import java.io.File
import org.junit.After
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.junit.runners.model.FrameworkMethod
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import org.robolectric.internal.bytecode.InstrumentationConfiguration
import th.pakmut.core.Lang
import th.pakmut.app.Look
import th.pakmut.app.MainActivity
import th.pakmut.app.PakmutApp

/**
 * Robolectric loads what a test uses a second time, apart from the other tests. The library
 * knows one Kotlin side only, the one that was loaded last, so the bindings must be one for
 * all tests of the process: otherwise the order of the tests decides which of them pass.
 */
class SharedBindingsRunner(test: Class<*>) : RobolectricTestRunner(test) {
    override fun createClassLoaderConfig(method: FrameworkMethod): InstrumentationConfiguration =
        InstrumentationConfiguration.Builder(super.createClassLoaderConfig(method))
            .doNotAcquirePackage("th.pakmut.core.")
            .build()
}

/**
 * The real activity on the real framework, against a real registry; what it draws
 * is kept in target/android/pictures.
 */
@RunWith(SharedBindingsRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(
    sdk = [34],
    manifest = Config.NONE,
    application = PakmutApp::class,
    qualifiers = "th-w411dp-h891dp-xhdpi",
)
abstract class ActivityHost {
    @get:Rule
    val folder = TemporaryFolder()

    protected lateinit var registry: Registry
    protected lateinit var controller: ActivityController<MainActivity>
    protected val app get() = RuntimeEnvironment.getApplication() as PakmutApp
    protected val activity get() = controller.get()

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

    protected fun start() {
        controller = Robolectric.buildActivity(MainActivity::class.java)
        // What res/values/themes.xml says: the host has no compiler of resources.
        activity.setTheme(android.R.style.Theme_DeviceDefault_DayNight)
        activity.requestWindowFeature(Window.FEATURE_NO_TITLE)
        controller.setup()
    }

    protected fun views(view: View = activity.window.decorView): Sequence<View> = sequence {
        yield(view)
        if (view is ViewGroup) {
            for (index in 0 until view.childCount) yieldAll(views(view.getChildAt(index)))
        }
    }

    protected fun said(): List<String> =
        views().filterIsInstance<TextView>().map { it.text.toString() }.toList()

    protected fun click(text: String) {
        val button = views().filterIsInstance<Button>().firstOrNull { it.text.toString() == text }
        checkNotNull(button) { "no button '$text' among ${said()}" }.performClick()
    }

    /** Types into the field of this label. */
    protected fun type(id: String, text: String) {
        val fields = views().filterIsInstance<EditText>()
        val field = fields.firstOrNull { (it.tag ?: it.hint) == label(id) }
        checkNotNull(field) { "no field '${label(id)}' among ${fields.map { it.tag ?: it.hint }.toList()}" }
            .setText(text)
    }

    /** Taps the row that says this. */
    protected fun tap(text: String) {
        val row = views().firstOrNull {
            it.isClickable && it.contentDescription?.contains(text) == true
        }
        checkNotNull(row) { "no row '$text' among ${said()}" }.performClick()
    }

    protected fun label(id: String) = app.core().label(id)

    protected fun signIn(username: String = "staff", at: String = registry.url) {
        val (address, name, password) = views().filterIsInstance<EditText>().let { fields ->
            fun of(id: String) = fields.first { (it.tag ?: it.hint) == label(id) }
            Triple(of("field-registry"), of("field-username"), of("field-password"))
        }
        check(address.text.toString() == at)
        name.setText(username)
        password.setText(Registry.PASSWORD)
        click(label("button-sign-in"))
    }

    protected fun picture(name: String) {
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

    protected fun look() = Look(activity)

    protected fun stand(location: LocationManager, lat: Double, lon: Double, accuracy: Float) {
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
}
