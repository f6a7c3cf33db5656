package cn.mingxia.app

import android.content.Context
import androidx.work.ExistingPeriodicWorkPolicy
import androidx.work.PeriodicWorkRequestBuilder
import androidx.work.WorkManager
import androidx.work.Worker
import androidx.work.WorkerParameters
import java.util.concurrent.TimeUnit

/** Ends what is over while the app is closed: every quarter of an hour, when the system lets it. Nothing else is done. */
class Sweeper(context: Context, parameters: WorkerParameters) : Worker(context, parameters) {
  override fun doWork(): Result {
    System.loadLibrary("mingxia_app")
    return if (sweep("${applicationContext.dataDir}/profile")) Result.success() else Result.retry()
  }

  private external fun sweep(folder: String): Boolean

  companion object {
    private const val NAME = "sweep"

    /** From the first start on; once is enough. */
    fun schedule(context: Context) {
      val work = PeriodicWorkRequestBuilder<Sweeper>(15, TimeUnit.MINUTES).build()
      WorkManager.getInstance(context).enqueueUniquePeriodicWork(NAME, ExistingPeriodicWorkPolicy.KEEP, work)
    }
  }
}
