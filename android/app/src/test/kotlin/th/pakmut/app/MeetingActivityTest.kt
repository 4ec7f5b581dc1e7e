package th.pakmut.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import th.pakmut.app.host.ActivityHost
import th.pakmut.app.host.Registry
import th.pakmut.app.host.openPhone
import th.pakmut.app.host.syncNow
import th.pakmut.core.Lang
import th.pakmut.core.TabKind

/** A meeting is announced; staff say offline who comes, and a colleague's phone hears of it. */
class MeetingActivityTest : ActivityHost() {
    private fun announceFirst() {
        registry.announce("ประชุมทางไกลเรื่องการปักหมุด", "7 ส.ค. 2580")
        start()
        signIn()
        activity.home(TabKind.QUEUE)
        click(label("button-sync"))
        activity.home()
    }

    @Test
    fun staffAnswerAMeetingAndChangeTheirMind() {
        announceFirst()
        picture("meeting-announced-th")
        click(label("meeting-question"))
        click(label("button-save"))
        assertTrue("${said()}", said().any { label("error-meeting-unanswered") in it })
        click(label("meeting-will"))
        type("meeting-people", "๐")
        click(label("button-save"))
        assertTrue("${said()}", said().any { label("error-meeting-people-wrong") in it })
        picture("meeting-th")
        type("meeting-people", "๓")
        click(label("button-save"))
        assertTrue("${said()}", said().any { "3" in it && label("item-saved") in it })
        picture("meeting-answered-th")
        activity.home(TabKind.QUEUE)
        picture("queue-meeting-th")
        click(label("button-sync"))
        activity.home()
        assertTrue("${said()}", said().any { "3" in it && label("item-sent") in it })

        val folder = folder.newFolder("colleague")
        openPhone(folder, registry.url).use { colleague ->
            colleague.signIn("colleague", Registry.PASSWORD)
            colleague.syncNow()
            val meeting = colleague.home().news.single().meeting!!
            assertEquals("Will come, 3 people · Sent", meeting.answer)
            colleague.answerMeeting(meeting.meeting, false, "")
            assertEquals("Everything is sent", colleague.syncNow().line)
        }
        activity.home(TabKind.QUEUE)
        click(label("button-sync"))
        activity.home()
        assertTrue("${said()}", said().any { label("meeting-will-not") in it })
    }

    @Test
    fun inEnglishTheMeetingIsAnsweredToo() {
        app.settings.lang = Lang.EN
        announceFirst()
        click("Will somebody of your office come?")
        click("Will come")
        picture("meeting-en")
        click("Save")
        assertTrue("${said()}", said().any { "Will come, one person · Saved here" in it })
        picture("meeting-answered-en")
    }
}
