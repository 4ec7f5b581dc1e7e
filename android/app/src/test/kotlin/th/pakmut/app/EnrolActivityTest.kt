package th.pakmut.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.robolectric.annotation.Config
import th.pakmut.app.host.ActivityHost
import th.pakmut.app.host.Registry
import th.pakmut.core.Lang
import th.pakmut.core.TabKind

/** A person enrols with a code, keeps the list of counters, and sets a new password. */
class EnrolActivityTest : ActivityHost() {
    private fun enterCode(code: String) {
        click(label("button-enter-code"))
        type("account-code", code)
        click(label("account-go-on"))
    }

    @Test
    fun anLaoEnrolsAndKeepsItsList() {
        start()
        click(label("button-enter-code"))
        // A slip of the finger is told at once.
        type("account-code", "1234")
        click(label("account-go-on"))
        assertTrue("${said()}", said().any { it.startsWith("⚠") && "16" in it })
        picture("code-th")
        type("account-code", registry.code("codes", "issue", "--role", "lao", "--lao", Registry.LAO))
        click(label("account-go-on"))
        assertTrue("${said()}", said().contains("เทศบาลตำบลคลองท่อมใต้"))
        type("account-name", "สมหญิง ใจดี")
        type("account-phone", "๐๗๕ ๖๙๙ ๐๐๐ ต่อ ๑๒")
        type("field-username", "somying")
        type("account-new-password", "password1234")
        click(label("account-enrol"))
        assertTrue("${said()}", said().any { it.startsWith("⚠") })
        picture("enrol-th")
        type("account-new-password", Registry.PASSWORD)
        click(label("account-enrol"))
        assertTrue("${said()}", said().contains(label("screen-counters-not-fetched")))
        activity.home(TabKind.QUEUE)
        click(label("button-sync"))
        activity.home()

        // A second counter, which can be pinned at once.
        click("+ ${label("screen-counter-new")}")
        click(label("button-save"))
        assertTrue("a name is wanted: ${said()}", said().any { it.startsWith("⚠") })
        type("field-counter-name", "ศูนย์บริการร่วม")
        type("field-address", "๑๒ ม.๓ ถ.เพชรเกษม")
        type("field-postcode", "๘๑๑๒๐")
        picture("counter-new-th")
        click(label("button-save"))
        assertTrue("${said()}", said().contains("ศูนย์บริการร่วม"))
        click(label("button-list-complete"))
        assertTrue("${said()}", said().any { it.startsWith("แจ้งว่าครบแล้ว 2 จุด") })
        picture("counters-two-th")
        tap("ศูนย์บริการร่วม")
        picture("counter-th")
        click(label("screen-counter-change"))
        type("field-counter-name", "ศูนย์บริการร่วมตลาดสด")
        click(label("button-save"))
        assertTrue("${said()}", said().contains("ศูนย์บริการร่วมตลาดสด"))
        activity.home(TabKind.QUEUE)
        click(label("button-sync"))
        picture("queue-sent-list-th")
        activity.home()
        assertTrue("${said()}", said().contains("ศูนย์บริการร่วมตลาดสด"))
    }

    @Test
    @Config(qualifiers = "+night")
    fun aNewPasswordIsSetInEnglish() {
        app.settings.lang = Lang.EN
        val code = registry.code("users", "reset", "staff")
        start()
        enterCode(code)
        assertTrue("${said()}", said().any { it.endsWith("staff") })
        picture("reset-en-dark")
        type("account-new-password", "another-long-password")
        click(label("account-set-password"))
        assertTrue("${said()}", said().contains(label("screen-counters-not-fetched")))
        // The code counts once.
        click("About")
        click(label("button-sign-out"))
        enterCode(code)
        assertEquals(1, said().count { it.startsWith("⚠") })
        picture("code-used-en-dark")
    }

    @Test
    fun inEnglishEachFieldHasItsName() {
        app.settings.lang = Lang.EN
        start()
        picture("sign-in-en")
        enterCode(registry.code("codes", "issue", "--role", "tester", "--lao", Registry.LAO))
        picture("enrol-en")
        assertTrue("${said()}", said().contains("Office telephone and extension"))
        app.reopen()
        start()
        signIn()
        activity.home(TabKind.QUEUE)
        click("Send now")
        activity.home()
        click("+ Add a counter")
        picture("counter-new-en")
        type("field-counter-name", "ศูนย์บริการร่วม")
        click("Save")
        click("The list is complete")
        picture("counters-two-en")
    }
}
