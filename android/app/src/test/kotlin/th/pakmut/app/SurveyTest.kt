package th.pakmut.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import th.pakmut.app.host.Registry
import th.pakmut.app.host.openPhone
import th.pakmut.app.host.syncNow
import th.pakmut.core.AnswerInput
import th.pakmut.core.Pakmut
import th.pakmut.core.SurveyItem
import th.pakmut.core.SurveyPage

/** The trial survey: filled in offline a page at a time, left, gone on with, sent. */
class SurveyTest {
    @get:Rule
    val folder = TemporaryFolder()

    private fun SurveyItem.anAnswer(): String? = when (input) {
        AnswerInput.ONE, AnswerInput.MANY -> choices.firstOrNull()?.code
        AnswerInput.INTEGER, AnswerInput.DECIMAL -> "๓"
        AnswerInput.TEXT -> "ทดสอบ"
        AnswerInput.DATE -> "2018-08-10"
        AnswerInput.TIME -> "09:30"
        AnswerInput.DATE_TIME -> "2018-08-10T09:30"
        AnswerInput.PLACE -> "${Registry.LAT} ${Registry.LON}"
        AnswerInput.HEADING, AnswerInput.NOTE, AnswerInput.PHOTO -> null
    }

    /** Answers what is asked on a page, and goes on. */
    private fun Pakmut.fill(page: SurveyPage): SurveyPage {
        var now = page
        // An answer may bring further questions to the page.
        while (true) {
            val open = now.items.firstOrNull { !it.readOnly && it.value.isEmpty() && it.anAnswer() != null }
            now = answerSurvey(page.draft, open?.path ?: break, open.anAnswer().orEmpty())
        }
        return nextSurveyPage(now.draft)
    }

    @Test
    fun aTrialIsFilledInLeftGoneOnWithAndSent() {
        Registry(folder.newFolder("registry")).use { registry ->
            val home = folder.newFolder("phone")
            val phone = openPhone(home, registry.url)
            phone.signIn("staff", Registry.PASSWORD)
            phone.syncNow()
            val form = phone.survey().rows.single()
            val counter = phone.counters().rows.single().counter
            val first = phone.beginSurvey(form.form, counter)
            assertTrue(first.trial.startsWith("Trial"))
            assertTrue(first.number.startsWith("Page 1 of "))
            // Going on with nothing answered says what is missing, and stays.
            val required = first.items.any { it.required }
            val stayed = phone.nextSurveyPage(first.draft)
            if (required) assertTrue("$stayed", stayed.problems.isNotEmpty())
            phone.fill(phone.surveyPage(first.draft))
            phone.close()

            // The app was ended: the draft is still there.
            val again = openPhone(home, registry.url)
            val draft = again.survey().drafts.single()
            assertEquals(first.draft, draft.draft)
            var page = again.surveyPage(draft.draft)
            var pages = 0
            while (!page.atEnd) {
                page = again.fill(page)
                assertTrue("${page.problems}", page.problems.isEmpty())
                pages += 1
                assertTrue("no end after $pages pages", pages < 100)
            }
            val response = again.finishSurvey(draft.draft)
            assertTrue(again.survey().drafts.isEmpty())
            assertEquals(response, again.queue().rows.single().item)
            assertEquals("Everything is sent", again.syncNow().line)
            assertEquals(
                "1 filled on this phone, 1 of them sent",
                again.survey().rows.single().line,
            )
            again.close()
        }
    }
}
