package th.pakmut.app

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.Activity
import android.app.AlertDialog
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.provider.MediaStore
import android.provider.Settings.ACTION_APPLICATION_DETAILS_SETTINGS
import android.provider.Settings.ACTION_LOCATION_SOURCE_SETTINGS
import android.widget.FrameLayout
import th.pakmut.app.screens.AboutView
import th.pakmut.app.screens.ChecksView
import th.pakmut.app.screens.CountersView
import th.pakmut.app.screens.FollowUpView
import th.pakmut.app.screens.QueueView
import th.pakmut.app.screens.ReviewView
import th.pakmut.app.screens.SignInView
import th.pakmut.app.screens.SurveyView
import th.pakmut.app.screens.ZeroCopyChooser
import th.pakmut.core.ErrorKind
import th.pakmut.core.PakmutException
import th.pakmut.core.TabKind

/** The one activity: a stack of screens. */
class MainActivity : Activity(), Stage {
    private val app get() = application as PakmutApp
    override val core get() = app.core()
    override val settings get() = app.settings
    override lateinit var look: Look
    override lateinit var receiver: Receiver
    private lateinit var frame: FrameLayout
    private val stack = ArrayDeque<Screen>()
    private var seen = false
    private var waiting: ((Shot) -> Unit)? = null

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        look = Look(this)
        receiver = Receiver(this)
        frame = FrameLayout(this)
        frame.setBackgroundColor(look.ground)
        frame.fitsSystemWindows = true
        setContentView(frame)
        home()
    }

    override fun onResume() {
        super.onResume()
        seen = true
        stack.lastOrNull()?.resumed()
    }

    override fun onPause() {
        stack.lastOrNull()?.paused()
        seen = false
        super.onPause()
    }

    @Deprecated("the platform's own way back up to Android 15")
    override fun onBackPressed() {
        if (stack.size > 1) back() else finish()
    }

    override fun home(tab: TabKind?) {
        stack.lastOrNull()?.paused()
        stack.clear()
        try {
            if (!core.signedIn()) {
                show(SignInView(this))
                return
            }
        } catch (failed: PakmutException) {
            // The address is none, or the file cannot be used: the person can
            // read why and mend the address.
            show(SignInView(this, Problem.of(failed, settings.lang)))
            return
        }
        core.ask({ home() }, ::problem) { home ->
            val kind = tab ?: home.tabs.first().kind
            show(
                when (kind) {
                    TabKind.COUNTERS -> CountersView(this, home)
                    TabKind.SURVEY -> SurveyView(this, home)
                    TabKind.ZERO_COPY -> ZeroCopyChooser(this, home)
                    TabKind.FOLLOW_UP -> FollowUpView(this, home)
                    TabKind.REVIEW -> ReviewView(this, home)
                    TabKind.CHECKS -> ChecksView(this, home)
                    TabKind.QUEUE -> QueueView(this, home)
                    TabKind.ABOUT -> AboutView(this, home)
                },
            )
        }
    }

    private fun show(screen: Screen) {
        stack.addLast(screen)
        redraw()
    }

    private fun redraw() {
        val top = stack.lastOrNull() ?: return
        frame.removeAllViews()
        frame.addView(top.view())
        if (seen) top.resumed()
    }

    override fun push(screen: Screen) {
        stack.lastOrNull()?.paused()
        show(screen)
    }

    override fun replace(screen: Screen) {
        stack.removeLastOrNull()?.paused()
        show(screen)
    }

    override fun back() {
        stack.removeLastOrNull()?.paused()
        if (stack.isEmpty()) home() else redraw()
    }

    override fun refresh() = redraw()

    override fun problem(problem: Problem) {
        if (isFinishing) return
        if (problem.kind == ErrorKind.SIGNED_OUT) return home()
        AlertDialog.Builder(this)
            .setMessage(problem.text)
            .setPositiveButton(android.R.string.ok, null)
            .show()
    }

    override fun askForLocation() =
        requestPermissions(arrayOf(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION), 1)

    override fun onRequestPermissionsResult(code: Int, names: Array<String>, results: IntArray) {
        stack.lastOrNull()?.resumed()
    }

    override fun openSettings() = startActivity(
        Intent(ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", packageName, null)),
    )

    override fun openLocationSettings() = startActivity(Intent(ACTION_LOCATION_SOURCE_SETTINGS))

    override fun openMap(lat: Double, lon: Double) {
        // Written without a locale: a comma or a Thai digit would be another place.
        val place = String.format(java.util.Locale.ROOT, "geo:%.6f,%.6f?q=%.6f,%.6f", lat, lon, lat, lon)
        try {
            startActivity(Intent(Intent.ACTION_VIEW, Uri.parse(place)))
        } catch (_: ActivityNotFoundException) {
            // No map on this phone: the position stands on the screen.
        }
    }

    override fun takePhoto(then: (Shot) -> Unit) {
        waiting = then
        val uri = PhotoProvider.uri(this)
        val flags = Intent.FLAG_GRANT_WRITE_URI_PERMISSION or Intent.FLAG_GRANT_READ_URI_PERMISSION
        val ask = Intent(MediaStore.ACTION_IMAGE_CAPTURE).putExtra(MediaStore.EXTRA_OUTPUT, uri).addFlags(flags)
        // Older cameras look for the right to write in the clip.
        ask.clipData = ClipData.newRawUri(null, uri)
        try {
            startActivityForResult(ask, PHOTO)
        } catch (_: ActivityNotFoundException) {
            photoFailed()
        }
    }

    override fun onActivityResult(code: Int, result: Int, data: Intent?) {
        super.onActivityResult(code, result, data)
        val then = waiting
        if (code != PHOTO || then == null) return
        waiting = null
        val file = PhotoProvider.file(this)
        if (result != RESULT_OK) {
            file.delete()
            return
        }
        core.ask({ Shot.of(file) }, { photoFailed() }, then)
    }

    private fun photoFailed() =
        problem(Problem(ErrorKind.INPUT, "photo", core.label("screen-photo-failed")))

    override fun saved() = SyncJob.schedule(this)

    override fun moveTo(registry: String) {
        settings.registry = registry
        app.reopen()
        home()
    }

    private companion object {
        const val PHOTO = 2
    }
}
