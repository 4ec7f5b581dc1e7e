package th.pakmut.app

import android.widget.RadioButton
import org.junit.Assert.assertTrue
import org.junit.Test
import org.robolectric.shadows.ShadowAlertDialog
import th.pakmut.app.host.ActivityHost
import th.pakmut.app.host.Network
import th.pakmut.app.host.Recordings
import th.pakmut.app.host.Registry
import th.pakmut.app.host.measure
import th.pakmut.app.host.openPhone
import th.pakmut.app.host.syncNow
import th.pakmut.core.Lang
import th.pakmut.core.TabKind

/** A provincial officer's phone: who is behind, which pins wait, a decision. */
class OfficerActivityTest : ActivityHost() {
    /** Staff pinned their office, indoors, on a phone of their own. */
    private fun aPinArrives(photo: ByteArray? = null) = openPhone(folder.newFolder("staff"), registry.url).use { phone ->
        phone.signIn("staff", Registry.PASSWORD)
        phone.syncNow()
        phone.measure(phone.counters().rows.single().counter, Recordings::indoors)
        photo?.let { phone.takePinPhoto(it, it) }
        phone.savePin("indoors", "อยู่ในอาคาร ชั้น ๒")
        check(phone.syncNow().line == "Everything is sent")
    }

    private fun send() {
        activity.home(TabKind.QUEUE)
        click(label("button-sync"))
    }

    @Test
    fun anOfficerFollowsUpAndSendsAPinBack() {
        aPinArrives()
        start()
        signIn("officer")
        assertTrue("${said()}", said().contains(label("screen-review-empty")))
        picture("review-empty-th")
        send()
        activity.home()
        assertTrue("${said()}", said().any { it.startsWith("หมุดรอตรวจ 1") })
        picture("review-th")
        activity.home(TabKind.FOLLOW_UP)
        assertTrue("${said()}", said().any { it.startsWith("ยังไม่ปัก") })
        picture("follow-up-th")

        activity.home()
        tap("เทศบาลตำบลคลองท่อมใต้")
        picture("decide-th")
        // Without a reason it is not sent back, and says so.
        click(label("button-send-back"))
        val told = org.robolectric.Shadows.shadowOf(ShadowAlertDialog.getLatestAlertDialog())
        assertTrue("${told.message}", told.message.contains("เหตุผล"))
        views().filterIsInstance<RadioButton>()
            .first { it.text == label("sent-back-too-weak") }.performClick()
        type("field-note", "วัดใหม่ที่หน้าประตู")
        click(label("button-send-back"))
        assertTrue("${said()}", said().contains(label("item-sent-back")))
        // Nothing says that all is sent while the decision waits.
        assertTrue("${said()}", said().none { it == label("items-all-sent") })
        picture("review-decided-th")
        send()
        activity.home()
        assertTrue("${said()}", said().contains(label("screen-review-empty")))
    }

    @Test
    fun inEnglish() {
        aPinArrives()
        app.settings.lang = Lang.EN
        start()
        signIn("officer")
        send()
        activity.home()
        picture("review-en")
        activity.home(TabKind.FOLLOW_UP)
        picture("follow-up-en")
        activity.home()
        tap("เทศบาลตำบลคลองท่อมใต้")
        picture("decide-en")
        click("Approve")
        assertTrue("${said()}", said().contains("Approved"))
    }

    @Test
    fun thePhotoOfAPinIsFetchedOnceAndIsThereOfflineAfterwards() {
        aPinArrives(java.io.File("../core/tests/data/camera.jpg").readBytes())
        val network = Network(registry.port)
        network.use {
            app.settings.registry = network.url
            app.reopen()
            start()
            signIn("officer", network.url)
            send()
            activity.home()
            tap("เทศบาลตำบลคลองท่อมใต้")
            assertTrue("${said()}", said().contains(label("screen-review-photo")))
            picture("decide-photo-th")
            val fetch = said().first { it.startsWith("ดูภาพ") }
            assertTrue(fetch, "400" in fetch)
            // Without a network it is said plainly, and the way stays.
            network.cutAfter = 0
            app.reopen()
            click(fetch)
            assertTrue("${said()}", said().any { label("error-photo-not-fetched") in it })
            picture("decide-photo-offline-th")
            // Cut in the middle nothing is left of it.
            network.cutAfter = 2_000
            click(fetch)
            assertTrue("${said()}", said().any { label("error-photo-not-fetched") in it })
            network.cutAfter = -1
            click(fetch)
            assertTrue("${said()}", said().any { it.startsWith("ภาพของจุดนี้") })
            assertTrue(views().any { it is android.widget.ImageView && it.drawable != null })
            picture("decide-photo-shown-th")
            network.cutAfter = 0
            app.reopen()
            activity.home()
            tap("เทศบาลตำบลคลองท่อมใต้")
            assertTrue(views().any { it is android.widget.ImageView && it.drawable != null })
            assertTrue("${said()}", said().none { it.startsWith("ดูภาพ") })
        }
    }
}
