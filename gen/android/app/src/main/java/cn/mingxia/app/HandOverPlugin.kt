package cn.mingxia.app

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Intent
import android.net.Uri
import android.provider.DocumentsContract
import androidx.activity.result.ActivityResult
import app.tauri.annotation.ActivityCallback
import app.tauri.annotation.Command
import app.tauri.annotation.InvokeArg
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.JSObject
import app.tauri.plugin.Plugin
import java.io.IOException

@InvokeArg
class Line {
  lateinit var number: String
}

@InvokeArg
class Copy {
  lateinit var name: String
  lateinit var text: String
}

/** What the person pressed for and another app does: a number goes to the dialler, a copy to the place they choose. */
@TauriPlugin
class HandOverPlugin(private val activity: Activity) : Plugin(activity) {
  /** The dialler shows the number; whether it is called is the person's own press there. */
  @Command
  fun dial(invoke: Invoke) {
    val line = invoke.parseArgs(Line::class.java)
    try {
      activity.startActivity(Intent(Intent.ACTION_DIAL, Uri.fromParts("tel", line.number, null)))
      invoke.resolve()
    } catch (none: ActivityNotFoundException) {
      invoke.reject("unavailable")
    }
  }

  /** The system asks where. */
  @Command
  fun keep(invoke: Invoke) {
    val copy = invoke.parseArgs(Copy::class.java)
    val ask = Intent(Intent.ACTION_CREATE_DOCUMENT)
      .addCategory(Intent.CATEGORY_OPENABLE)
      .setType("application/json")
      .putExtra(Intent.EXTRA_TITLE, copy.name)
    try {
      startActivityForResult(invoke, ask, "chosen")
    } catch (none: ActivityNotFoundException) {
      invoke.reject("unavailable")
    }
  }

  @ActivityCallback
  fun chosen(invoke: Invoke, result: ActivityResult) {
    val place = result.data?.data?.takeIf { result.resultCode == Activity.RESULT_OK }
    if (place == null) return invoke.resolve(JSObject().apply { put("kept", false) })
    try {
      write(place, invoke.parseArgs(Copy::class.java).text)
      invoke.resolve(JSObject().apply { put("kept", true) })
    } catch (failed: IOException) {
      forget(place)
      invoke.reject("not_written")
    } catch (refused: SecurityException) {
      invoke.reject("not_written")
    }
  }

  private fun write(place: Uri, text: String) {
    val there = activity.contentResolver.openOutputStream(place, "wt") ?: throw IOException()
    there.use { it.write(text.toByteArray()) }
  }

  /** No half of a copy stays, where its place lets it be removed. */
  private fun forget(place: Uri) {
    runCatching { DocumentsContract.deleteDocument(activity.contentResolver, place) }
  }
}
