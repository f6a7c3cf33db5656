package cn.mingxia.app

import android.annotation.SuppressLint
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.os.Build
import android.os.Handler
import android.os.Looper
import androidx.core.app.NotificationCompat
import androidx.core.app.NotificationManagerCompat
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.ProcessLifecycleOwner
import androidx.work.Constraints
import androidx.work.ExistingPeriodicWorkPolicy
import androidx.work.NetworkType
import androidx.work.PeriodicWorkRequestBuilder
import androidx.work.WorkManager
import androidx.work.Worker
import androidx.work.WorkerParameters
import java.util.concurrent.FutureTask
import java.util.concurrent.TimeUnit

/**
 * Collects what banks answered while the app is closed: every quarter of an hour while something is awaited, when there
 * is a network and the system lets it. What is over ends first. All of it stays sealed.
 */
class Collector(context: Context, parameters: WorkerParameters) : Worker(context, parameters) {
  override fun doWork(): Result {
    // In use, the app does all of this by itself, and sooner.
    if (ProcessLifecycleOwner.get().lifecycle.currentState.isAtLeast(Lifecycle.State.STARTED)) return Result.success()
    System.loadLibrary("mingxia_app")
    if (!ready()) return Result.retry()
    return when (collect("${applicationContext.dataDir}/profile")) {
      NOTHING -> Result.success().also { rest(applicationContext) }
      MORE -> Result.success()
      else -> Result.retry()
    }
  }

  override fun onStopped() {
    // Without the library there is nothing to be stopped.
    runCatching { stop() }
  }

  /** Opens the keychain where no activity did. On the main thread, where activities begin, so that they never meet. */
  private fun ready(): Boolean {
    val opened = FutureTask<Boolean> { MainActivity.began || open(applicationContext) }
    Handler(Looper.getMainLooper()).post(opened)
    return runCatching { opened.get(1, TimeUnit.MINUTES) }.getOrDefault(false)
  }

  /** Called by the native half, with a sentence that says nothing of what there is to see. */
  @Suppress("unused")
  @SuppressLint("MissingPermission")
  private fun say(title: String, text: String) {
    val manager = NotificationManagerCompat.from(applicationContext)
    if (!manager.areNotificationsEnabled()) return
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) {
      val name = applicationContext.getString(R.string.notifications)
      manager.createNotificationChannel(NotificationChannel(CHANNEL, name, NotificationManager.IMPORTANCE_DEFAULT))
    }
    val show = Intent(applicationContext, MainActivity::class.java)
      .addFlags(Intent.FLAG_ACTIVITY_NEW_TASK or Intent.FLAG_ACTIVITY_SINGLE_TOP)
    val press = PendingIntent.getActivity(applicationContext, 0, show, PendingIntent.FLAG_IMMUTABLE)
    val note = NotificationCompat.Builder(applicationContext, CHANNEL)
      .setSmallIcon(android.R.drawable.ic_dialog_info)
      .setContentTitle(title)
      .setContentText(text)
      .setContentIntent(press)
      .setAutoCancel(true)
      .build()
    manager.notify(text.hashCode(), note)
  }

  /** Lends the native half the context its keychain needs; never where an activity has begun. */
  private external fun open(context: Context): Boolean

  private external fun collect(folder: String): Int

  private external fun stop()

  companion object {
    private const val NAME = "collect"

    /** The one the running app uses too: what the person turned off there is off here. */
    private const val CHANNEL = "default"

    private const val NOTHING = 0
    private const val MORE = 1

    /** Something is awaited from now on. */
    fun begin(context: Context) {
      val online = Constraints.Builder().setRequiredNetworkType(NetworkType.CONNECTED).build()
      val work = PeriodicWorkRequestBuilder<Collector>(15, TimeUnit.MINUTES).setConstraints(online).build()
      WorkManager.getInstance(context).enqueueUniquePeriodicWork(NAME, ExistingPeriodicWorkPolicy.KEEP, work)
    }

    /** Nothing is awaited any more. */
    fun rest(context: Context) {
      WorkManager.getInstance(context).cancelUniqueWork(NAME)
    }
  }
}
