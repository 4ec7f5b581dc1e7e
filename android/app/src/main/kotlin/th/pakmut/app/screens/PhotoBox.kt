package th.pakmut.app.screens

import android.graphics.BitmapFactory
import android.view.View
import android.widget.ImageView
import th.pakmut.app.Shot
import th.pakmut.app.Stage
import th.pakmut.core.PhotoScreen

/** A photo with its buttons, or the button that takes one. */
class PhotoBox(
    private val stage: Stage,
    private val took: (Shot) -> Unit,
    private val removed: () -> Unit,
) {
    private val look get() = stage.look

    fun view(screen: PhotoScreen): View {
        val box = look.column(
            look.text(screen.line),
            look.secondary(screen.button) { stage.takePhoto(took) },
            screen.remove?.let { look.secondary(it, removed) },
        )
        val photo = screen.photo ?: return box
        val image = ImageView(box.context).apply {
            adjustViewBounds = true
            maxHeight = look.dp(160)
            contentDescription = screen.line
        }
        box.addView(image, 0)
        stage.core.ask({ photoBytes(photo) }, stage::problem) { bytes ->
            // A thumbnail: the eye needs no more, and memory is short.
            val small = BitmapFactory.Options().apply { inSampleSize = 2 }
            image.setImageBitmap(BitmapFactory.decodeByteArray(bytes, 0, bytes.size, small))
        }
        return box
    }
}
