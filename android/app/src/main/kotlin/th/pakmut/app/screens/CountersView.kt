package th.pakmut.app.screens

import android.view.View
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.CounterRow
import th.pakmut.core.CountersScreen
import th.pakmut.core.HomeScreen
import th.pakmut.core.NewsRow
import th.pakmut.core.TabKind

/** My counters, what needs doing first. */
class CountersView(stage: Stage, private val home: HomeScreen) : Screen(stage) {
    override fun view(): View = fetched({ counters() }, ::page)

    private fun page(screen: CountersScreen): View {
        val next = screen.next
        return look.page(
            listOf(
                look.tabs(stage, home, TabKind.COUNTERS),
                home.lao?.let(look::quiet),
                home.needsPassword?.let(look::problem),
                home.round?.let(look::quiet),
            ) + home.news.flatMap(::news) +
                listOf(look.title(screen.line), screen.empty?.let(look::text)) +
                screen.rows.map(::row) + list(screen) + look.quiet(screen.queueLine),
            listOf(
                if (next != null) {
                    look.primary(screen.nextText.orEmpty()) { stage.push(CaptureView(stage, next)) }
                } else {
                    look.primary(label("button-sync")) { stage.home(TabKind.QUEUE) }
                },
            ),
        )
    }

    private fun news(news: NewsRow): List<View?> = listOf(
        look.row(
            look.text(if (news.reminds) "⚠ ${news.title}" else news.title, bold = true),
            news.text.takeIf { it.isNotEmpty() }?.let(look::text),
            look.quiet(news.`when`),
            news.meeting?.answer?.let(look::text),
        ),
        news.meeting?.takeIf { it.asks }?.let { meeting ->
            look.secondary(label("meeting-question")) { stage.push(MeetingView(stage, news, meeting)) }
        },
    )

    /** The list itself: a counter added, and the statement that it is complete. */
    private fun list(screen: CountersScreen): List<View?> {
        if (!screen.keepsList) return emptyList()
        return listOf(
            look.secondary("+ ${label("screen-counter-new")}") {
                stage.push(CounterFormView(stage, null))
            },
            screen.stated?.let(look::quiet),
            look.secondary(label(if (screen.complete) "button-list-open" else "button-list-complete")) {
                core.ask({ stateList(!screen.complete) }, stage::problem) {
                    stage.saved()
                    stage.refresh()
                }
            },
        )
    }

    private fun row(row: CounterRow): View = look.row(
        look.text(row.name, 18f, bold = true),
        look.quiet(listOf(row.kind, row.address).filter { it.isNotEmpty() }.joinToString(" · ")),
        look.text("${look.mark(row.standing)} ${row.standingText}", colour = look.accent),
        row.reason?.let(look::text),
        row.conflict?.let(look::text),
        row.sample?.let(look::quiet),
        act = { stage.push(CounterView(stage, row)) },
    )
}

/** One counter: where it stands, and what can be done about it. */
class CounterView(stage: Stage, private val row: CounterRow) : Screen(stage) {
    override fun view(): View = look.page(
        listOf(
            look.title(row.name),
            look.quiet(listOf(row.kind, row.address).filter { it.isNotEmpty() }.joinToString(" · ")),
            look.text("${look.mark(row.standing)} ${row.standingText}", 20f, look.accent, bold = true),
            row.reason?.let(look::text),
            row.conflict?.let(look::text),
            row.sample?.let(look::quiet),
            look.secondary(label("screen-counter-change")) {
                stage.replace(CounterFormView(stage, row.counter))
            },
        ),
        listOf(
            if (row.canPin) {
                look.primary(label("screen-pin-title")) { stage.replace(CaptureView(stage, row.counter)) }
            } else {
                null
            },
            look.secondary(label("button-back")) { stage.back() },
        ),
    )
}
