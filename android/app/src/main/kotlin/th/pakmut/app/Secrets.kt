package th.pakmut.app

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import java.io.File
import java.security.GeneralSecurityException
import java.security.KeyStore
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import th.pakmut.core.SecretFailed
import th.pakmut.core.SecretStore

/**
 * Secrets in private files, each sealed by a key that never leaves the Keystore
 * (AES-256-GCM; the key's name goes in as associated data, so that no file can
 * take another's place).
 */
class KeystoreSecrets(context: Context) : SecretStore {
    private val folder = File(context.noBackupFilesDir, "secrets")

    override fun load(key: String): ByteArray? = guarded {
        val file = file(key)
        if (!file.isFile) return@guarded null
        val sealed = file.readBytes()
        val cipher = Cipher.getInstance(CIPHER)
        val spec = GCMParameterSpec(TAG_BITS, sealed, 0, IV_BYTES)
        cipher.init(Cipher.DECRYPT_MODE, sealingKey(), spec)
        cipher.updateAAD(key.toByteArray())
        try {
            cipher.doFinal(sealed, IV_BYTES, sealed.size - IV_BYTES)
        } catch (_: javax.crypto.AEADBadTagException) {
            // Sealed by a key that is gone: as good as not there.
            null
        }
    }

    override fun keep(key: String, value: ByteArray) = guarded {
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.ENCRYPT_MODE, sealingKey())
        cipher.updateAAD(key.toByteArray())
        val sealed = cipher.iv + cipher.doFinal(value)
        folder.mkdirs()
        val fresh = File(folder, "${file(key).name}.new")
        fresh.outputStream().use {
            it.write(sealed)
            it.fd.sync()
        }
        if (!fresh.renameTo(file(key))) throw SecretFailed.Unavailable("the file was not replaced")
    }

    override fun forget(key: String) = guarded {
        val file = file(key)
        if (file.exists() && !file.delete()) throw SecretFailed.Unavailable("the file stays")
    }

    /** The core's keys are letters, digits and hyphens; others get none. */
    private fun file(key: String): File {
        if (!key.matches(Regex("[A-Za-z0-9._-]{1,200}"))) {
            throw SecretFailed.Unavailable("no key: $key")
        }
        return File(folder, key)
    }

    private fun sealingKey(): SecretKey {
        val store = KeyStore.getInstance(STORE).apply { load(null) }
        (store.getKey(ALIAS, null) as? SecretKey)?.let { return it }
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        val spec = KeyGenParameterSpec.Builder(ALIAS, purposes)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setKeySize(256)
            .build()
        val generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, STORE)
        generator.init(spec)
        return generator.generateKey()
    }

    private fun <T> guarded(act: () -> T): T = try {
        act()
    } catch (error: GeneralSecurityException) {
        throw SecretFailed.Unavailable(error.toString())
    } catch (error: java.io.IOException) {
        throw SecretFailed.Unavailable(error.toString())
    }

    private companion object {
        const val STORE = "AndroidKeyStore"
        const val ALIAS = "pakmut"
        const val CIPHER = "AES/GCM/NoPadding"
        const val TAG_BITS = 128
        const val IV_BYTES = 12
    }
}
