using EdgeInspector.Web.Console.Texts;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeInspector.Web.Tests.Console;

/// <summary>The words of the pages as the pages get them, in the language of the thread.</summary>
internal static class PageWords
{
    public static IStringLocalizer<Words> All { get; } = new StringLocalizer<Words>(
        new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance));
}
