package th.pakmut.app

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context

/** Sends what waits when there is a network, again and again with backoff. */
class SyncJob : JobService() {
    override fun onStartJob(parameters: JobParameters): Boolean {
        val core = try {
            (application as PakmutApp).core()
        } catch (_: th.pakmut.core.PakmutException) {
            // The address or the file: the screen says so when it is opened.
            return false
        }
        core.sync(
            urgent = false,
            step = {},
            failed = { jobFinished(parameters, false) },
            then = { ended -> jobFinished(parameters, ended.nextTry != null) },
        )
        return true
    }

    /** The system takes the network or the time away: the queue stays whole. */
    override fun onStopJob(parameters: JobParameters): Boolean {
        (application as PakmutApp).core().cancel()
        return true
    }

    companion object {
        private const val JOB = 1
        private const val FIRST_BACKOFF_MS = 30_000L

        /** To be called after each save: one job, whatever waits. */
        fun schedule(context: Context) {
            val scheduler = context.getSystemService(JobScheduler::class.java) ?: return
            val job = JobInfo.Builder(JOB, ComponentName(context, SyncJob::class.java))
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                .setBackoffCriteria(FIRST_BACKOFF_MS, JobInfo.BACKOFF_POLICY_EXPONENTIAL)
                .setPersisted(true)
                .build()
            scheduler.schedule(job)
        }
    }
}
