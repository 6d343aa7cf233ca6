namespace EdgeInspector.ModelStore.Switching;

/// <summary>Does work while no other task loads or swaps a model, at any station.</summary>
/// <param name="turn">The turn, which all stations share.</param>
/// <param name="end">Cancelled when the station's models end: then no more work begins.</param>
internal sealed class LoadingTurn(SemaphoreSlim turn, CancellationToken end)
{
    /// <summary>
    /// Waits for the turn and does work on a thread of its own: loading takes a while, and other tasks need the threads of the pool.
    /// </summary>
    public Task<T> RunAsync<T>(Func<CancellationToken, T> work, CancellationToken stop) => RunAsync(
        either => Task.Factory.StartNew(() => work(either), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
        stop);

    /// <summary>Waits for the turn and does work.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, end);
        await turn.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            return await work(either.Token).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }
}
