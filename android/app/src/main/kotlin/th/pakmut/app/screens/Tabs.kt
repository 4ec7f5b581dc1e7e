package th.pakmut.app.screens

import android.view.View
import android.widget.HorizontalScrollView
import android.widget.LinearLayout
import th.pakmut.app.Look
import th.pakmut.app.Stage
import th.pakmut.core.HomeScreen
import th.pakmut.core.TabKind

/** The ways to the main screens. */
internal fun Look.tabs(stage: Stage, home: HomeScreen, current: TabKind): HorizontalScrollView {
    val rows = column().apply { orientation = LinearLayout.HORIZONTAL }
    var shown: View? = null
    for (way in home.tabs) {
        val here = way.kind == current
        val button = tab(way.text, here) { stage.home(way.kind) }
        if (here) shown = button
        rows.addView(button, LinearLayout.LayoutParams(-2, -2).apply { marginEnd = dp(6) })
    }
    return HorizontalScrollView(rows.context).apply {
        isHorizontalScrollBarEnabled = false
        addView(rows)
        // The one that is shown comes into sight, with a piece of the one before.
        addOnLayoutChangeListener { _, _, _, _, _, _, _, _, _ ->
            shown?.let { scrollTo((it.left - dp(48)).coerceAtLeast(0), 0) }
        }
    }
}
