package th.pakmut.app.screens

import android.view.View
import android.widget.Button
import android.widget.LinearLayout
import android.widget.ProgressBar
import android.widget.TextView
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.HomeScreen
import th.pakmut.core.QueueRow
import th.pakmut.core.QueueScreen
import th.pakmut.core.StuckPhoto
import th.pakmut.core.SyncScreen
import th.pakmut.core.TabKind

/** The queue, and sending. */
class QueueView(stage: Stage, private val home: HomeScreen) : Screen(stage) {
    private lateinit var line: TextView
    private lateinit var more: LinearLayout
    private lateinit var bar: ProgressBar
    private lateinit var button: Button
    private var running = false

    override fun view(): View = fetched({ queue() to syncScreen() }) { (queue, sync) ->
        page(queue, sync)
    }

    private fun page(queue: QueueScreen, sync: SyncScreen): View {
        line = look.title(sync.line).apply {
            accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
        }
        more = look.column()
        bar = ProgressBar(line.context, null, android.R.attr.progressBarStyleHorizontal)
        bar.max = 1_000
        button = look.primary(label("button-sync"), ::toggle)
        show(sync)
        return look.page(
            listOf(look.tabs(stage, home, TabKind.QUEUE), line, bar, more) +
                listOf(queue.wedgedLine?.let(look::problem), queue.photosLine?.let(look::quiet), queue.empty?.let(look::text)) +
                queue.stuckPhotos.map(::stuck) +
                queue.rows.map(::row) + queue.others?.let(look::quiet),
            listOf(button),
        )
    }

    private fun row(row: QueueRow): View {
        val counter = row.counter
        return look.row(
            look.text(listOf(row.kind, row.about).filter { it.isNotEmpty() }.joinToString(" · "), bold = true),
            look.quiet(row.saved),
            look.text(row.standing, colour = look.accent),
            row.reason?.let(look::text),
        ).apply {
            if (row.photoRemovable) {
                addView(look.secondary(label("photo-remove")) {
                    core.ask({ removePhoto(row.item) }, stage::problem) { stage.refresh() }
                })
            }
            if (!row.wedged) return@apply
            // The row's own words are read as one; its buttons each by itself.
            if (counter != null) {
                addView(look.secondary(label("button-mend")) { stage.push(CaptureView(stage, counter)) })
            }
            addView(look.secondary(label("button-try-again")) {
                core.ask({ queueAgain(row.item) }, stage::problem) { stage.refresh() }
            })
            addView(look.secondary(label("button-discard")) {
                core.ask({ discard(row.item) }, stage::problem) { stage.refresh() }
            })
        }
    }

    private fun stuck(photo: StuckPhoto): View =
        look.row(look.text(photo.title, bold = true), look.text(photo.reason)).apply {
            addView(look.secondary(label("button-try-again")) {
                core.ask({ photoAgain(photo.photo) }, stage::problem) { stage.refresh() }
            })
            addView(look.secondary(label("button-discard")) {
                core.ask({ dropPhoto(photo.photo) }, stage::problem) { stage.refresh() }
            })
        }

    private fun show(screen: SyncScreen) {
        line.text = screen.line
        bar.visibility = if (screen.running) View.VISIBLE else View.INVISIBLE
        bar.isIndeterminate = screen.part == null
        screen.part?.let { bar.progress = (it * 1_000).toInt() }
        button.text = label(if (screen.running) "button-stop" else "button-sync")
        more.removeAllViews()
        listOfNotNull(screen.cause, screen.lastSuccess, screen.nextTry, screen.clock)
            .forEach { more.addView(look.quiet(it)) }
    }

    private fun toggle() {
        if (running) return core.cancel()
        running = true
        core.sync(
            urgent = true,
            step = ::show,
            failed = {
                running = false
                stage.problem(it)
            },
            then = { ended ->
                running = false
                if (ended.needsPassword) stage.push(SignInView(stage)) else stage.refresh()
            },
        )
    }
}
