package cn.mingxia.app

import android.app.Activity
import app.tauri.annotation.Command
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.Plugin

/** The app says while it runs whether it wants to be woken once it is closed. */
@TauriPlugin
class CollectorPlugin(private val activity: Activity) : Plugin(activity) {
  @Command
  fun begin(invoke: Invoke) {
    Collector.begin(activity.applicationContext)
    invoke.resolve()
  }

  @Command
  fun rest(invoke: Invoke) {
    Collector.rest(activity.applicationContext)
    invoke.resolve()
  }
}
