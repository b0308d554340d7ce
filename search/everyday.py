"""Headlines of everyday news in the region's languages, on nothing that this monitor is about.

What they have in common in an embedding is their language; see `search.leaning`.
"""

from __future__ import annotations

EVERYDAY: dict[str, tuple[str, ...]] = {
    "en": (
        "School term begins with new timetable",
        "Local team wins the cup final after extra time",
        "City opens a new library and park",
        "Heavy rain expected over the weekend",
        "Singer announces concert tour next spring",
        "Hospital receives new equipment",
        "Phone maker presents its latest model",
        "Museum shows paintings of the last century",
    ),
    "zh": (
        "新学期开学，学校启用新课表",
        "本地球队加时赛后夺得冠军",
        "市图书馆和公园正式开放",
        "周末预计有大雨",
        "歌手宣布明年春天巡回演唱会",
        "医院添置新设备",
        "手机厂商发布最新机型",
        "博物馆展出上世纪的画作",
    ),
    "id": (
        "Tahun ajaran baru dimulai dengan jadwal baru",
        "Tim tuan rumah juara setelah perpanjangan waktu",
        "Kota membuka perpustakaan dan taman baru",
        "Hujan lebat diperkirakan turun akhir pekan ini",
        "Penyanyi umumkan tur konser tahun depan",
        "Rumah sakit menerima peralatan baru",
        "Produsen ponsel memperkenalkan model terbaru",
        "Museum memamerkan lukisan abad lalu",
    ),
    "vi": (
        "Năm học mới bắt đầu với thời khóa biểu mới",
        "Đội chủ nhà vô địch sau hiệp phụ",
        "Thành phố khai trương thư viện và công viên mới",
        "Cuối tuần dự báo có mưa lớn",
        "Ca sĩ công bố chuyến lưu diễn mùa xuân tới",
        "Bệnh viện nhận thiết bị mới",
        "Hãng điện thoại ra mắt mẫu máy mới nhất",
        "Bảo tàng trưng bày tranh của thế kỷ trước",
    ),
    "th": (
        "เปิดภาคเรียนใหม่ด้วยตารางเรียนใหม่",
        "ทีมเจ้าบ้านคว้าแชมป์หลังต่อเวลาพิเศษ",
        "เมืองเปิดห้องสมุดและสวนสาธารณะแห่งใหม่",
        "คาดฝนตกหนักช่วงสุดสัปดาห์",
        "นักร้องประกาศทัวร์คอนเสิร์ตปีหน้า",
        "โรงพยาบาลได้รับเครื่องมือใหม่",
        "ผู้ผลิตโทรศัพท์เปิดตัวรุ่นล่าสุด",
        "พิพิธภัณฑ์จัดแสดงภาพวาดจากศตวรรษก่อน",
    ),
    "fil": (
        "Nagsimula ang bagong taon ng klase",
        "Nanalo ang koponan sa dagdag na oras",
        "Binuksan ng lungsod ang bagong aklatan at parke",
        "Inaasahan ang malakas na ulan sa katapusan ng linggo",
        "Inanunsyo ng mang-aawit ang konsiyerto sa susunod na taon",
        "Tumanggap ng bagong kagamitan ang ospital",
        "Ipinakita ng kumpanya ang bagong telepono",
        "Ipinakita sa museo ang mga lumang larawan",
    ),
    "km": (
        "ឆ្នាំសិក្សាថ្មីចាប់ផ្ដើមហើយ",
        "ក្រុមម្ចាស់ផ្ទះឈ្នះពានរង្វាន់",
        "ទីក្រុងបើកបណ្ណាល័យថ្មី",
        "រំពឹងថានឹងមានភ្លៀងធ្លាក់ខ្លាំងនៅចុងសប្ដាហ៍",
        "តារាចម្រៀងប្រកាសការប្រគុំតន្ត្រី",
        "មន្ទីរពេទ្យទទួលបានឧបករណ៍ថ្មី",
    ),
    "lo": (
        "ເປີດສົກຮຽນໃໝ່",
        "ທີມເຈົ້າພາບຊະນະເລີດ",
        "ນະຄອນເປີດຫໍສະໝຸດແຫ່ງໃໝ່",
        "ຄາດວ່າຈະມີຝົນຕົກໜັກໃນທ້າຍອາທິດ",
        "ນັກຮ້ອງປະກາດຈັດຄອນເສີດ",
        "ໂຮງໝໍໄດ້ຮັບອຸປະກອນໃໝ່",
    ),
    "my": (
        "စာသင်နှစ်သစ် စတင်ပြီ",
        "အိမ်ရှင်အသင်း ဗိုလ်စွဲ",
        "မြို့တော်တွင် စာကြည့်တိုက်သစ် ဖွင့်လှစ်",
        "စနေ တနင်္ဂနွေတွင် မိုးသည်းထန်စွာ ရွာနိုင်",
        "အဆိုတော်က ဖျော်ဖြေပွဲ ကြေညာ",
        "ဆေးရုံက ကိရိယာအသစ်များ ရရှိ",
    ),
}
"""By language; the same headlines in each, but for two fewer in Khmer, Lao and Burmese."""
