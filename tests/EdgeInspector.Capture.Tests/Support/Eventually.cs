using System.Runtime.CompilerServices;

namespace EdgeInspector.Capture.Tests.Support;

internal static class Eventually
{
    /// <summary>Waits until a condition holds; fails the test when it does not within the time.</summary>
    public static void True(Func<bool> condition, int seconds = 120, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(seconds)), $"Within {seconds} s it did not come true: {what}");

    /// <summary>Turns the clock on in small steps until a condition holds.</summary>
    public static void TrueAsTimePasses(PauseRecorder time, TimeSpan step, Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        True(() =>
        {
            if (condition())
                return true;
            time.Advance(step);
            return condition();
        }, what: what);
}
