package th.pakmut.app

import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.database.Cursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import java.io.File
import java.io.FileNotFoundException

/**
 * Lends the camera the one file that it writes to: a provider of our own, so that
 * the picture never lies where other apps see it.
 */
class PhotoProvider : ContentProvider() {
    override fun onCreate() = true

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        val context = context ?: throw FileNotFoundException("no context")
        if (uri.lastPathSegment != NAME) throw FileNotFoundException("$uri")
        return ParcelFileDescriptor.open(file(context), ParcelFileDescriptor.parseMode(mode))
    }

    override fun getType(uri: Uri) = "image/jpeg"

    override fun query(
        uri: Uri, columns: Array<String>?, where: String?, values: Array<String>?, order: String?,
    ): Cursor? = null

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null
    override fun delete(uri: Uri, where: String?, values: Array<String>?) = 0
    override fun update(uri: Uri, new: ContentValues?, where: String?, values: Array<String>?) = 0

    companion object {
        private const val NAME = "camera.jpg"

        fun uri(context: Context): Uri = Uri.parse("content://${context.packageName}.photos/$NAME")

        fun file(context: Context): File = File(context.cacheDir, NAME)
    }
}
