package th.pakmut.app

import android.view.ViewGroup
import android.widget.Button
import android.widget.CheckBox
import android.widget.EditText
import android.widget.RadioButton
import org.junit.Assert.assertTrue
import org.junit.Test
import th.pakmut.app.host.ActivityHost
import th.pakmut.core.Lang
import th.pakmut.core.TabKind

/** The trial survey on the screen, from the list of forms to the queue. */
class SurveyActivityTest : ActivityHost() {
    private fun open() {
        start()
        signIn()
        activity.home(TabKind.QUEUE)
        click(label("button-sync"))
        activity.home(TabKind.SURVEY)
    }

    /** Answers what can be tapped or typed on this page. */
    private fun answer() {
        // Each answer draws the page anew, with other questions perhaps.
        repeat(40) {
            val groups = views().filterIsInstance<android.widget.RadioGroup>().toList()
            val open = groups.firstOrNull { it.checkedRadioButtonId == -1 && it.childCount > 0 } ?: return@repeat
            (open.getChildAt(0) as RadioButton).performClick()
        }
        // The first box of each question with none ticked.
        repeat(40) {
            val boxes = views().filterIsInstance<CheckBox>().toList()
            val group = boxes.firstOrNull { box -> siblings(box).none { it.isChecked } } ?: return@repeat
            siblings(group).first().performClick()
        }
        views().filterIsInstance<EditText>().filter { it.isEnabled && it.text.isEmpty() }
            .toList().forEach { it.setText("3") }
    }

    /** The boxes that stand together with this one: one question's. */
    private fun siblings(box: CheckBox): List<CheckBox> {
        val parent = box.parent as ViewGroup
        val all = (0 until parent.childCount).map(parent::getChildAt)
        val at = all.indexOf(box)
        val before = all.subList(0, at).takeLastWhile { it is CheckBox }
        return (before + all.drop(at).takeWhile { it is CheckBox }).map { it as CheckBox }
    }

    @Test
    fun aTrialIsFilledInAndSaved() {
        open()
        picture("survey-th")
        tap("แบบสำรวจความพร้อม")
        assertTrue("${said()}", said().contains(label("screen-survey-trial")))
        picture("survey-page-th")
        // Nothing is answered: the page says what is missing, and stays.
        click(label("button-next"))
        picture("survey-missing-th")
        var pages = 0
        while (views().filterIsInstance<Button>().none { it.text == label("button-finish") }) {
            answer()
            click(label("button-next"))
            pages += 1
            if (pages == 1) picture("survey-page-two-th")
            assertTrue("no end after $pages pages: ${said()}", pages < 30)
        }
        picture("survey-end-th")
        click(label("button-finish"))
        assertTrue("${said()}", said().any { it.startsWith("กรอกในเครื่องนี้ 1") })
        picture("survey-done-th")
    }

    @Test
    fun inEnglishADraftIsGoneOnWith() {
        app.settings.lang = Lang.EN
        open()
        picture("survey-en")
        views().first { it.isClickable && it.contentDescription != null }.performClick()
        answer()
        picture("survey-page-en")
        activity.home(TabKind.SURVEY)
        assertTrue("${said()}", said().any { "answered, changed" in it })
        picture("survey-draft-en")
    }
}
