using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Inspection.Tests.Stations;

public sealed class RecentAnswersTests
{
    [Fact]
    public void Whatever_comes_the_counts_are_those_of_the_last_twenty()
    {
        var random = new Random(9);
        var recent = new RecentAnswers();
        var all = new List<AnswerKind>();
        for (int i = 0; i < 5000; i++)
        {
            var kind = (AnswerKind)random.Next(5);
            bool wasAlarm = recent.IsAlarm;
            recent.Add(kind, i * 30L);
            all.Add(kind);
            AnswerKind[] last = [.. all.TakeLast(RecentAnswers.Kept)];
            int none = last.Count(answer => answer != AnswerKind.Verdict);
            Assert.Equal((last.Length, none), (recent.Known, recent.None));
            Assert.All(Enum.GetValues<AnswerKind>(), each => Assert.Equal(last.Count(answer => answer == each), recent.Count(each)));
            Assert.Equal(wasAlarm ? none > 1 : none >= 4, recent.IsAlarm);
            Assert.Equal(i == 0 ? 0 : 30, recent.Between);
        }
    }
}
