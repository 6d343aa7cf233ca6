using EdgeInspector.Delivery.History;
using EdgeInspector.Web.Console.Texts;
using Microsoft.Extensions.Localization;

namespace EdgeInspector.Web.Console.Parts;

/// <summary>Asks the history for the pages, on a thread that gives way to the line.</summary>
/// <param name="agent">What the agent gives.</param>
/// <param name="work">Where it is read.</param>
/// <param name="words">The words of the pages.</param>
internal sealed class History(HttpScope agent, QuietWork work, IStringLocalizer<Words> words)
{
    /// <summary>False where the settings keep no history.</summary>
    public bool IsKept => agent.History is not null;

    /// <summary>Reads something out of the history.</summary>
    /// <returns>What was read, null before anything was remembered; or why nothing could be read, in a sentence.</returns>
    public async Task<(T? Found, string? Problem)> ReadAsync<T>(Func<HistoryReader, T?> read)
        where T : class
    {
        try
        {
            Tuple<T?>? found = await work.RunAsync(() =>
            {
                using HistoryReader? history = HistoryReader.Open(agent.DataFolder);
                return Tuple.Create(history is null ? null : read(history));
            });
            return found is null ? (null, words["Busy"].Value) : (found.Item1, null);
        }
        catch (HistoryException fault)
        {
            return (null, words["History.Unreadable", fault.Message].Value);
        }
    }
}
