package th.pakmut.app.screens

import android.widget.HorizontalScrollView
import android.widget.LinearLayout
import th.pakmut.app.Look
import th.pakmut.app.Stage
import th.pakmut.core.HomeScreen
import th.pakmut.core.TabKind

/** The ways to the main screens. */
internal fun Look.tabs(stage: Stage, home: HomeScreen, here: TabKind): HorizontalScrollView {
    val rows = column().apply { orientation = LinearLayout.HORIZONTAL }
    for (tab in home.tabs) {
        val button = secondary(tab.text) { stage.home(tab.kind) }
        button.isSelected = tab.kind == here
        button.alpha = if (tab.kind == here) 1f else 0.75f
        rows.addView(button, LinearLayout.LayoutParams(-2, -2).apply { marginEnd = dp(6) })
    }
    return HorizontalScrollView(rows.context).apply {
        isHorizontalScrollBarEnabled = false
        addView(rows)
    }
}
