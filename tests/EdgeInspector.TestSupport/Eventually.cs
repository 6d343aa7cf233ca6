using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.TestSupport;

/// <summary>Waits for what happens on another thread or in another process. A test waits for a condition, never for a time.</summary>
public static class Eventually
{
    /// <summary>
    /// How long anything is waited for. Long, for the machine may have much else to do: only a test that fails waits to the end.
    /// </summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    private static TimeSpan TimeBetweenSteps { get; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Blocks until a condition holds; fails the test when it does not come true.</summary>
    /// <param name="condition">Asked again and again, by the calling thread.</param>
    /// <param name="what">What is waited for, for the message.</param>
    public static void True(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Assert.True(SpinWait.SpinUntil(condition, Patience), Failure(what));

    /// <summary>Waits until a condition holds; fails the test when it does not come true.</summary>
    public static Task TrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(condition, () => what);

    /// <summary>The same; what is waited for is asked when the test fails, so that it can tell how far things came.</summary>
    public static Task TrueAsync(Func<bool> condition, Func<string> what) => FoundAsync(() => condition() ? "yes" : null, what);

    /// <summary>Waits until something is found, and gives it.</summary>
    public static async Task<T> FoundAsync<T>(Func<T?> look, Func<string> what)
        where T : class
    {
        long began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            if (look() is { } found)
                return found;
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        Assert.Fail(Failure(what()));
        throw new InvalidOperationException("not reached");
    }

    /// <summary>
    /// Turns the clock on in small steps until a condition holds; fails the test when it does not come true. Between two steps the
    /// other threads get time to do what is due: else a thread that is merely slow would look like one that hangs.
    /// </summary>
    public static void TrueAsTimePasses(
        FakeTimeProvider time, TimeSpan step, Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        True(
            () =>
            {
                if (condition())
                    return true;
                time.Advance(step);
                return SpinWait.SpinUntil(condition, TimeBetweenSteps);
            },
            what);

    private static string Failure(string what) => $"Within {Patience.TotalSeconds} s it did not come true: {what}";
}
