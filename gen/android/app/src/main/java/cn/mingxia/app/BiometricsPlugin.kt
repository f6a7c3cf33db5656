package cn.mingxia.app

import android.app.Activity
import android.content.pm.PackageManager
import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.util.Base64
import androidx.biometric.BiometricManager
import androidx.biometric.BiometricManager.Authenticators.BIOMETRIC_STRONG
import androidx.biometric.BiometricPrompt
import androidx.core.content.ContextCompat
import androidx.fragment.app.FragmentActivity
import app.tauri.annotation.Command
import app.tauri.annotation.InvokeArg
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.JSObject
import app.tauri.plugin.Plugin
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.UnrecoverableKeyException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

@InvokeArg
class Question {
  lateinit var profile: String
  var value: String? = null
}

/** Why nothing was encrypted or decrypted; the word is what the other half reads. */
private enum class Refused(val word: String) {
  NOT_SET_UP("not_set_up"),
  CHANGED("changed"),
  CANCELLED("cancelled"),
  LOCKED_OUT("locked_out"),
  UNAVAILABLE("unavailable"),
}

/**
 * Encrypts and decrypts 32 bytes under a key of the Android Keystore that each time needs a finger or the face, of the
 * set that was known when the key was made: a set that changes destroys it.
 */
@TauriPlugin
class BiometricsPlugin(private val activity: Activity) : Plugin(activity) {
  @Command
  fun ready(invoke: Invoke) {
    val can = BiometricManager.from(activity).canAuthenticate(BIOMETRIC_STRONG)
    invoke.resolve(JSObject().apply { put("ready", can == BiometricManager.BIOMETRIC_SUCCESS) })
  }

  /** A new key, and what it makes of the value: twelve bytes of nonce, then the rest. */
  @Command
  fun keep(invoke: Invoke) {
    val question = invoke.parseArgs(Question::class.java)
    val cipher = prepared(invoke) {
      Cipher.getInstance(CIPHER).apply { init(Cipher.ENCRYPT_MODE, newKey(alias(question))) }
    } ?: return
    val plain = Base64.decode(question.value, Base64.DEFAULT)
    ask(invoke, cipher, R.string.biometrics_keep) { asked ->
      val sealed = asked.doFinal(plain)
      plain.fill(0)
      asked.iv + sealed
    }
  }

  @Command
  fun release(invoke: Invoke) {
    val question = invoke.parseArgs(Question::class.java)
    val kept = Base64.decode(question.value, Base64.DEFAULT)
    if (kept.size <= NONCE) return refuse(invoke, Refused.CHANGED)
    val cipher = prepared(invoke) {
      val key = keys().getKey(alias(question), null) as SecretKey?
        ?: return refuse(invoke, Refused.CHANGED)
      Cipher.getInstance(CIPHER).apply {
        init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, kept, 0, NONCE))
      }
    } ?: return
    ask(invoke, cipher, R.string.biometrics_release) { asked -> asked.doFinal(kept, NONCE, kept.size - NONCE) }
  }

  @Command
  fun forget(invoke: Invoke) {
    val question = invoke.parseArgs(Question::class.java)
    prepared(invoke) { keys().deleteEntry(alias(question)) } ?: return
    invoke.resolve()
  }

  /** The system's own question; the key works while it is answered, and for that once. */
  private fun ask(invoke: Invoke, cipher: Cipher, title: Int, turn: (Cipher) -> ByteArray) {
    val answers = object : BiometricPrompt.AuthenticationCallback() {
      override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult) {
        val asked = result.cryptoObject?.cipher ?: return refuse(invoke, Refused.UNAVAILABLE)
        val turned = prepared(invoke) { turn(asked) } ?: return
        val text = Base64.encodeToString(turned, Base64.NO_WRAP)
        turned.fill(0)
        invoke.resolve(JSObject().apply { put("value", text) })
      }

      override fun onAuthenticationError(code: Int, words: CharSequence) = refuse(
        invoke,
        when (code) {
          BiometricPrompt.ERROR_USER_CANCELED,
          BiometricPrompt.ERROR_NEGATIVE_BUTTON,
          BiometricPrompt.ERROR_CANCELED -> Refused.CANCELLED
          BiometricPrompt.ERROR_LOCKOUT, BiometricPrompt.ERROR_LOCKOUT_PERMANENT -> Refused.LOCKED_OUT
          BiometricPrompt.ERROR_NO_BIOMETRICS, BiometricPrompt.ERROR_HW_NOT_PRESENT -> Refused.NOT_SET_UP
          else -> Refused.UNAVAILABLE
        },
      )
    }
    val words = BiometricPrompt.PromptInfo.Builder()
      .setTitle(activity.getString(title))
      .setNegativeButtonText(activity.getString(R.string.biometrics_password))
      .setAllowedAuthenticators(BIOMETRIC_STRONG)
      .setConfirmationRequired(false)
      .build()
    activity.runOnUiThread {
      BiometricPrompt(activity as FragmentActivity, ContextCompat.getMainExecutor(activity), answers)
        .authenticate(words, BiometricPrompt.CryptoObject(cipher))
    }
  }

  /** What the Keystore says against it is told, and nothing of it is logged. */
  private inline fun <T> prepared(invoke: Invoke, work: () -> T): T? =
    try {
      work()
    } catch (changed: KeyPermanentlyInvalidatedException) {
      refused(invoke, Refused.CHANGED)
    } catch (changed: UnrecoverableKeyException) {
      refused(invoke, Refused.CHANGED)
    } catch (altered: AEADBadTagException) {
      refused(invoke, Refused.CHANGED)
    } catch (failed: GeneralSecurityException) {
      refused(invoke, Refused.UNAVAILABLE)
    }

  private fun <T> refused(invoke: Invoke, why: Refused): T? {
    refuse(invoke, why)
    return null
  }

  private fun refuse(invoke: Invoke, why: Refused) = invoke.reject(why.word, why.word)

  private fun keys(): KeyStore = KeyStore.getInstance(STORE).apply { load(null) }

  private fun alias(question: Question) = "${question.profile}.biometrics"

  /** Made anew, in the chip of its own where the telephone has one. */
  private fun newKey(alias: String): SecretKey {
    val spec = KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
      .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
      .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
      .setKeySize(256)
      .setUserAuthenticationRequired(true)
      .setInvalidatedByBiometricEnrollment(true)
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
      spec.setUserAuthenticationParameters(0, KeyProperties.AUTH_BIOMETRIC_STRONG)
    }
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
      spec.setUnlockedDeviceRequired(true)
      spec.setIsStrongBoxBacked(activity.packageManager.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE))
    }
    return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, STORE).apply { init(spec.build()) }.generateKey()
  }

  private companion object {
    const val STORE = "AndroidKeyStore"
    const val CIPHER = "AES/GCM/NoPadding"
    const val NONCE = 12
    const val TAG_BITS = 128
  }
}
