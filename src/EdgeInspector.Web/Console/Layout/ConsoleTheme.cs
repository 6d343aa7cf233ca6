using MudBlazor;

namespace EdgeInspector.Web.Console.Layout;

/// <summary>Colours and letters of the pages. The letters are those of the machine: no page fetches any.</summary>
internal static class ConsoleTheme
{
    private static readonly string[] Letters = ["system-ui", "Segoe UI", "Roboto", "Liberation Sans", "sans-serif"];

    /// <summary>Light and dark; contrasts by WCAG 2.1 AA.</summary>
    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b5394",
            AppbarBackground = "#17222d",
            AppbarText = "#ffffff",
            Background = "#eef1f4",
            Surface = "#ffffff",
            TextPrimary = "#1a242e",
            TextSecondary = "#48545f",
            Success = "#1b7a34",
            Error = "#b3261e",
            Warning = "#8a5a00",
            LinesDefault = "#c3cbd3",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#7db7ee",
            PrimaryContrastText = "#0d1720",
            AppbarBackground = "#0b1219",
            AppbarText = "#ffffff",
            Background = "#121a22",
            Surface = "#1c2731",
            TextPrimary = "#e9eef3",
            TextSecondary = "#b2bec9",
            Success = "#5cc97a",
            Error = "#ff8a80",
            Warning = "#ffc04d",
            LinesDefault = "#3b4955",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Letters, FontSize = "1rem" },
            Button = new ButtonTypography { FontFamily = Letters, TextTransform = "none", FontWeight = "600", FontSize = "1rem" },
        },
    };
}
