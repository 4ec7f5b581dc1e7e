package th.pakmut.app.screens

import android.graphics.BitmapFactory
import android.view.View
import android.widget.ImageView
import th.pakmut.app.Look
import th.pakmut.app.Problem
import th.pakmut.app.Shot
import th.pakmut.app.Stage
import th.pakmut.core.PhotoScreen
import th.pakmut.core.ReviewPhoto

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
        stage.core.ask({ photoBytes(photo) }, stage::problem) { bytes ->
            // A thumbnail: the eye needs no more, and memory is short.
            box.addView(look.picture(bytes, screen.line, 160, 2), 0)
        }
        return box
    }
}

private fun Look.picture(bytes: ByteArray, said: String, most: Int, part: Int): ImageView =
    ImageView(column().context).apply {
        adjustViewBounds = true
        maxHeight = dp(most)
        contentDescription = said
        val smaller = BitmapFactory.Options().apply { inSampleSize = part }
        setImageBitmap(BitmapFactory.decodeByteArray(bytes, 0, bytes.size, smaller))
    }

/** The photo of a pin that is reviewed: here, or one tap away while there is a network. */
class ReviewPhotoBox(private val stage: Stage, private val pin: String) {
    private val look get() = stage.look
    private val box = look.column()

    fun view(): View {
        stage.core.ask({ reviewPhoto(pin) }, stage::problem, ::show)
        return box
    }

    private fun show(photo: ReviewPhoto?) {
        box.removeAllViews()
        if (photo == null) return
        photo.bytes?.let { box.addView(look.picture(it, photo.line, 420, 1)) }
        box.addView(look.quiet(photo.line))
        val fetch = photo.button ?: return
        box.addView(
            look.secondary(fetch) {
                box.removeAllViews()
                box.addView(look.quiet(stage.core.label("screen-photo-fetching")))
                stage.core.fetch({ fetchReviewPhoto(pin) }, { failed(photo, it) }, ::show)
            },
        )
    }

    private fun failed(photo: ReviewPhoto, why: Problem) {
        show(photo)
        box.addView(look.problem(why.text), 0)
    }
}
