using EdgeInspector.Foundation.Files;
using Microsoft.AspNetCore.Components;

namespace EdgeInspector.Web.Console.Layout;

/// <summary>A page that looks again by itself while somebody has it open.</summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private Task _looking = Task.CompletedTask;

    /// <summary>How often the page looks again.</summary>
    protected virtual TimeSpan Every => TimeSpan.FromSeconds(1);

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Closed => _closed.Token;

    /// <summary>Looks again.</summary>
    /// <returns>False when nothing has changed, so that nothing is drawn.</returns>
    protected abstract ValueTask<bool> LookAsync();

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            _looking = LookOnAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _looking;
        _closed.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task LookOnAsync()
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(_closed.Token))
            {
                if (await TryLookAsync())
                    StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private async ValueTask<bool> TryLookAsync()
    {
        try
        {
            return await LookAsync();
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // The page shows what it knew; the next look may find the disk well.
            return false;
        }
    }
}
