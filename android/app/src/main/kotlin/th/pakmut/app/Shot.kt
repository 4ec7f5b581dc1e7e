package th.pakmut.app

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Matrix
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.IOException
import kotlin.math.max
import kotlin.math.roundToInt
import th.pakmut.core.photoHeadBytes
import th.pakmut.core.photoScaling

/** What the camera made: the head of its file for the core to read, and the picture scaled. */
class Shot(val head: ByteArray, val scaled: ByteArray) {
    companion object {
        /**
         * Reads the camera's file, scales and turns as the core says, and removes it.
         * Takes a second: never on the main thread.
         */
        fun of(file: File): Shot = try {
            val head = file.inputStream().use { it.readNBytesOrLess(photoHeadBytes().toInt()) }
            val how = photoScaling(head)
            val bounds = BitmapFactory.Options().apply { inJustDecodeBounds = true }
            BitmapFactory.decodeFile(file.path, bounds)
            val longest = how.longestSidePx.toInt()
            val full = max(bounds.outWidth, bounds.outHeight)
            if (full <= 0) throw IOException("no picture")
            // Read at half, a quarter, … so that 50 megapixels never lie in memory.
            val options = BitmapFactory.Options().apply {
                inSampleSize = 1
                while (full / (inSampleSize * 2) >= longest) inSampleSize *= 2
            }
            val read = BitmapFactory.decodeFile(file.path, options) ?: throw IOException("no picture")
            val scale = (longest.toFloat() / max(read.width, read.height)).coerceAtMost(1f)
            val matrix = Matrix().apply {
                postScale(if (how.mirrored) -scale else scale, scale)
                postRotate(how.turnDegrees.toFloat())
            }
            val turned = Bitmap.createBitmap(read, 0, 0, read.width, read.height, matrix, true)
            Shot(head, packed(turned, longest, how.mostBytes.toInt()))
        } finally {
            file.delete()
        }

        /** As good as fits: the quality goes down first, then the size. */
        private fun packed(picture: Bitmap, longest: Int, most: Int): ByteArray {
            var now = fitted(picture, longest)
            var side = longest
            while (true) {
                for (quality in listOf(80, 70, 60, 50)) {
                    val out = ByteArrayOutputStream()
                    now.compress(Bitmap.CompressFormat.JPEG, quality, out)
                    if (out.size() <= most) return out.toByteArray()
                }
                side = side * 3 / 4
                now = fitted(now, side)
            }
        }

        /** Rounding may leave a pixel too many after a turn. */
        private fun fitted(picture: Bitmap, longest: Int): Bitmap {
            val side = max(picture.width, picture.height)
            if (side <= longest) return picture
            val part = longest.toFloat() / side
            val size = { pixels: Int -> (pixels * part).roundToInt().coerceIn(1, longest) }
            return Bitmap.createScaledBitmap(picture, size(picture.width), size(picture.height), true)
        }

        /** `readNBytes` comes with API 33. */
        private fun java.io.InputStream.readNBytesOrLess(most: Int): ByteArray {
            val bytes = ByteArray(most)
            var have = 0
            while (have < most) {
                val came = read(bytes, have, most - have)
                if (came < 0) break
                have += came
            }
            return bytes.copyOf(have)
        }
    }
}
