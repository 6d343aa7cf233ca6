using System.ComponentModel.DataAnnotations;
using EdgeInspector.Delivery.Images;

namespace EdgeInspector.Delivery.Tests.Images;

public sealed class ImageOptionsTests
{
    [Fact]
    public void Settings_for_pictures_that_would_keep_none_are_refused()
    {
        Assert.Empty(Faults(new ImageOptions()));
        Assert.Empty(Faults(new ImageOptions { For = [], PassShare = 0.1 }));
        Assert.Empty(Faults(new ImageOptions { For = [], Mode = ImageMode.Off }));
        Assert.Single(Faults(new ImageOptions { For = [] }), fault => fault.Contains("set Mode to Off", StringComparison.Ordinal));
        Assert.Single(Faults(new ImageOptions { PassShare = 1.5 }));
        Assert.Single(Faults(new ImageOptions { SpoolMaxBytes = 1000 }));
        Assert.Single(Faults(new ImageOptions { SpoolMaxAge = TimeSpan.Zero }));
        Assert.Single(Faults(new ImageOptions { SpoolMinimumFree = -1 }));
    }

    private static List<string> Faults(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage!)];
    }
}
