namespace EdgeInspector.ModelStore.Switching;

/// <summary>Does things while nobody else loads or swaps a model, at any station.</summary>
/// <param name="turn">Shared by all stations.</param>
/// <param name="end">The station's models end: nothing more is begun.</param>
internal sealed class LoadingTurn(SemaphoreSlim turn, CancellationToken end)
{
    /// <summary>
    /// Waits for the turn and does something on a thread of its own: loading takes a while, and others need those of the pool.
    /// </summary>
    public Task<T> RunAsync<T>(Func<CancellationToken, T> work, CancellationToken stop) => RunAsync(
        either => Task.Factory.StartNew(() => work(either), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
        stop);

    /// <summary>Waits for the turn and does something.</summary>
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
