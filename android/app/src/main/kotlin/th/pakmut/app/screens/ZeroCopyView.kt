package th.pakmut.app.screens

import android.app.DatePickerDialog
import android.view.View
import java.util.Calendar
import java.util.GregorianCalendar
import java.util.Locale
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.HomeScreen
import th.pakmut.core.TabKind
import th.pakmut.core.ZeroCopyLine
import th.pakmut.core.ZeroCopyScreen
import th.pakmut.core.ZeroCopyService

/** Which counter to declare for. */
class ZeroCopyChooser(stage: Stage, private val home: HomeScreen) : Screen(stage) {
    override fun view(): View = fetched({ counters() }) { screen ->
        look.page(
            listOf(look.tabs(stage, home, TabKind.ZERO_COPY), screen.empty?.let(look::text)) +
                screen.rows.map { row ->
                    look.row(look.text(row.name, 18f, bold = true), look.quiet(row.kind)) {
                        stage.push(ZeroCopyView(stage, row.counter))
                    }
                },
        )
    }
}

/** Zero Copy of one counter. */
class ZeroCopyView(stage: Stage, private val counter: String) : Screen(stage) {
    override fun view(): View = fetched({ zeroCopy(counter) }, ::page)

    private fun page(screen: ZeroCopyScreen): View = look.page(
        listOf(look.title(screen.line), look.quiet(screen.catalogue)) +
            screen.services.flatMap { service ->
                listOf(look.text(service.name, 18f, bold = true)) +
                    service.lines.map { row(screen, service, it) }
            },
        listOf(
            look.primary(label("button-declare-all")) {
                stage.push(DeclareView(stage, counter, screen, emptyList(), emptyList()))
            },
            look.secondary(label("button-back")) { stage.back() },
        ),
    )

    private fun row(screen: ZeroCopyScreen, service: ZeroCopyService, line: ZeroCopyLine): View =
        look.row(
            look.text(line.name),
            look.text(line.standing, colour = look.accent),
            line.basis?.let(look::quiet),
            line.conflict?.let(look::text),
            if (line.waits) look.quiet(label("item-saved")) else null,
        ) {
            val (services, documents) = listOf(service.service) to listOf(line.document)
            stage.push(DeclareView(stage, counter, screen, services, documents))
        }
}

/** One answer for one document, or for all that are not declared. */
class DeclareView(
    stage: Stage,
    private val counter: String,
    private val screen: ZeroCopyScreen,
    private val services: List<String>,
    private val documents: List<String>,
) : Screen(stage) {
    private var practice: String? = null
    private var basis: String? = null
    private var since = "2018-11-05"
    private var photo: String? = null
    private val notice = PhotoBox(
        stage,
        took = { shot -> core.ask({ keepPhoto(shot.scaled) }, stage::problem, ::shows) },
        removed = { shows(null) },
    )

    private fun shows(kept: String?) {
        photo = kept
        stage.refresh()
    }

    override fun view(): View {
        val stopped = practice == "stopped"
        val day = look.secondary("${label("zero-copy-since")} $since") {}
        day.setOnClickListener { pickDay { stage.refresh() } }
        return look.page(
            listOf(
                look.title(label("zero-copy-title")),
                look.choices(screen.practices, practice) {
                    practice = it
                    stage.refresh()
                },
                day.takeIf { stopped },
                look.text(label("zero-copy-after")).takeIf { stopped },
                look.choices(screen.bases, basis) { basis = it }.takeIf { stopped },
                look.text(label("zero-copy-photo")).takeIf { stopped },
                fetched({ shownPhoto(photo) }, notice::view).takeIf { stopped },
            ),
            listOf(
                look.primary(label("button-save"), ::save),
                look.secondary(label("button-back")) { stage.back() },
            ),
        )
    }

    /** The day goes over as YYYY-MM-DD of the common era, whatever the phone shows. */
    private fun pickDay(then: () -> Unit) {
        val (year, month, day) = since.split("-").map(String::toInt)
        val context = look.text("").context
        DatePickerDialog(
            context,
            { _, y, m, d ->
                since = String.format(Locale.ROOT, "%04d-%02d-%02d", y, m + 1, d)
                then()
            },
            year, month - 1, day,
        ).apply {
            datePicker.maxDate = GregorianCalendar().apply { add(Calendar.DATE, 0) }.timeInMillis
        }.show()
    }

    private fun save() {
        val said = practice ?: return
        val (day, how) = since.takeIf { said == "stopped" } to basis.takeIf { said == "stopped" }
        val notice = photo.takeIf { said == "stopped" }
        core.ask(
            { declare(counter, services, documents, services.isEmpty(), said, day, how, notice) },
            stage::problem,
        ) {
            stage.saved()
            stage.back()
        }
    }
}
