using System.ComponentModel.DataAnnotations;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Cameras.Folders;

namespace EdgeInspector.Capture.Tests.Cameras.Folders;

public sealed class PartNameTests
{
    [Theory]
    [InlineData(null, "A-17.png", "A-17")]
    [InlineData(null, "a.b.c.tiff", "a.b.c")]
    [InlineData("[A-Z]-[0-9]+", "cam_A-17_x.png", "A-17")]
    [InlineData("_([0-9]+)", "cam_0042.png", "0042")]
    [InlineData("(cam)_(?<part>[0-9]+)", "cam_0042.png", "0042")]
    public void The_id_is_the_group_part_or_the_first_one_or_all_of_it(string? pattern, string name, string part)
    {
        Assert.Equal(part, new PartName(pattern).Of(name, out bool isFound));
        Assert.True(isFound);
    }

    [Theory]
    [InlineData("^x_(.*)$", "y_1.png")]
    [InlineData("_(.*)[.]png", "y_.png")]
    public void A_name_in_which_nothing_is_found_loses_its_ending(string pattern, string name)
    {
        Assert.Equal(Path.GetFileNameWithoutExtension(name), new PartName(pattern).Of(name, out bool isFound));
        Assert.False(isFound);
    }

    [Fact]
    public void A_pattern_that_would_take_for_ever_elsewhere_takes_no_time() =>
        Assert.Equal("aaaa", new PartName("^(a+)+$").Of(new string('a', 5000) + "!.png", out _)[..4]);

    [Theory]
    [InlineData("(unclosed", "unclosed")]
    [InlineData("(?<=x)y", "looks ahead")]
    public void A_pattern_that_can_t_be_used_is_refused_with_the_reason(string pattern, string why)
    {
        var options = new FolderOptions { Path = "in", PartFrom = pattern };
        ValidationResult problem = Assert.Single(options.Validate(new ValidationContext(options)));
        Assert.Contains("PartFrom", problem.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(why, problem.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_move_needs_a_folder_that_is_not_the_watched_one()
    {
        static IEnumerable<string?> Problems(FolderOptions options) =>
            options.Validate(new ValidationContext(options)).Select(problem => problem.ErrorMessage);
        Assert.Single(Problems(new FolderOptions { Path = "in", AfterRead = AfterRead.Move }));
        Assert.Single(Problems(new FolderOptions { Path = "in", AfterRead = AfterRead.Move, MoveTo = "./in" }));
        Assert.Single(Problems(new FolderOptions { Path = "in", MoveTo = "done" }));
        Assert.Empty(Problems(new FolderOptions { Path = "in", AfterRead = AfterRead.Move, MoveTo = "in/done" }));
    }
}
