using MudBlazor;

namespace EdgeInspector.Web.Console.Acting;

/// <summary>Asks whoever acts, and tells what became of it.</summary>
internal static class AskingExtensions
{
    /// <summary>Asks for a reason before an act.</summary>
    /// <returns>Null when the act was called off.</returns>
    public static async Task<AskWhy.Reason?> AskWhyAsync(
        this IDialogService dialogs, string title, string text, string act, bool needsWhy = false, string? field = null)
    {
        var given = new DialogParameters<AskWhy>
        {
            { one => one.Text, text },
            { one => one.Do, act },
            { one => one.NeedsWhy, needsWhy },
            { one => one.Field, field },
        };
        IDialogReference asked = await dialogs.ShowAsync<AskWhy>(
            title, given, new DialogOptions { CloseOnEscapeKey = true, FullWidth = true, MaxWidth = MaxWidth.Small });
        return (await asked.Result) is { Canceled: false, Data: AskWhy.Reason reason } ? reason : null;
    }

    /// <summary>Tells what became of an act; a refusal stays until it is read.</summary>
    public static void Tell(this ISnackbar tells, bool isDone, string message, IReadOnlyList<string> problems) => tells.Add(
        string.Join(' ', [message, .. problems]),
        isDone ? problems.Count == 0 ? Severity.Success : Severity.Warning : Severity.Error,
        options =>
        {
            options.RequireInteraction = !isDone || problems.Count > 0;
            options.VisibleStateDuration = 6000;
        });
}
