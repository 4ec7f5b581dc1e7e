package th.pakmut.app.screens

import android.view.View
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.Choice
import th.pakmut.core.CounterEntry
import th.pakmut.core.CounterFormScreen

/** A counter proposed, renamed, moved or closed. */
class CounterFormView(stage: Stage, private val counter: String?) : Screen(stage) {
    override fun view(): View = fetched({ counterForm(counter) }, ::page)

    private fun page(screen: CounterFormScreen): View {
        val had = screen.entry
        var kind = had.kind
        var status = had.status
        val name = look.field(label("field-counter-name"), had.name)
        val address = look.field(label("field-address"), had.address, lines = 3)
        val postcode = look.field(label("field-postcode"), had.postcode)
        val phone = look.field(label("field-phone"), had.phone)
        val extension = look.field(label("field-extension"), had.extension)
        val problem = look.problem("").apply { visibility = View.GONE }
        val kinds = screen.kinds.map { Choice(it.kind.name, it.text) }
        val statuses = screen.statuses.map { Choice(it.status.name, it.text) }
        return look.page(
            listOf(
                look.title(screen.title),
                look.labelled(name),
                look.text(label("field-counter-kind"), bold = true),
                look.choices(kinds, kind.name) { code ->
                    screen.kinds.firstOrNull { it.kind.name == code }?.let { kind = it.kind }
                },
            ) + (if (statuses.isEmpty()) emptyList() else listOf(
                look.text(label("field-counter-status"), bold = true),
                look.choices(statuses, status.name) { code ->
                    screen.statuses.firstOrNull { it.status.name == code }?.let { status = it.status }
                },
            )) + listOf(
                look.labelled(address),
                look.labelled(postcode),
                look.labelled(phone),
                look.labelled(extension),
                problem,
            ),
            listOf(
                look.primary(label("button-save")) {
                    val entry = CounterEntry(
                        counter = had.counter,
                        name = name.text.toString(),
                        kind = kind,
                        status = status,
                        address = address.text.toString(),
                        postcode = postcode.text.toString(),
                        phone = phone.text.toString(),
                        extension = extension.text.toString(),
                    )
                    core.ask({ proposeCounter(entry) }, { problem.tell(it) }) {
                        stage.saved()
                        stage.back()
                    }
                },
                look.secondary(label("button-back")) { stage.back() },
            ),
        )
    }
}
